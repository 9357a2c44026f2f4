// Why fields of the products have no counterpart, where their names alone say it.
#include <array>

#include "squall/scenario/import/formats.hpp"

namespace squall::scenario {
namespace {

constexpr std::string_view routing = "which requests go where is not part of a policy";
constexpr std::string_view places = "where it runs is not part of a scenario";
constexpr std::string_view connections = "there are no connections here";
constexpr std::string_view ejection = "nothing that is imported calls it";
constexpr std::string_view origins = "failures of the network and of replicas count together";
constexpr std::string_view balancing = "belongs to the service: services.NAME.balance";
constexpr std::string_view watching = "for watching only";
constexpr std::string_view hosts = "balancing does not look at earlier attempts";
constexpr std::string_view security = "no encryption here";
constexpr std::string_view exceptions = "errors have no classes; every failure counts";
constexpr std::string_view limiting = "no rate limiter";
constexpr std::string_view fault = "belongs to the faults of a scenario";

constexpr auto of_envoy = std::to_array<Reason>({
    {"@type", "says what it is"},
    {"name", "a name only"},
    {"statprefix", watching},
    {"codectype", connections},
    {"httpfilters", "filters are no part of a policy"},
    {"match", routing},
    {"domains", routing},
    {"weight", routing},
    {"redirect", routing},
    {"directresponse", "answers without calling anyone"},
    {"hostrewriteliteral", routing},
    {"prefixrewrite", routing},
    {"regexrewrite", routing},
    {"clusterheader", routing},
    {"admin", watching},
    {"node", places},
    {"address", places},
    {"loadassignment", places},
    {"type", places},
    {"dnslookupfamily", places},
    {"connecttimeout", connections},
    {"typedextensionprotocoloptions", connections},
    {"lbpolicy", balancing},
    {"outlierdetection", ejection, true},
    {"splitexternallocaloriginerrors", origins},
    {"consecutivelocaloriginfailure", origins},
    {"enforcingconsecutivelocaloriginfailure", origins},
    {"enforcinglocaloriginsuccessrate", origins},
    {"enforcingfailurepercentagelocalorigin", origins},
    {"successfulactivehealthcheckunejecthost", "no health checks"},
    {"monitors", "no extensions"},
    {"commonlbconfig", balancing},
    {"healthchecks", "no health checks"},
    {"transportsocket", security},
    {"retryhostpredicate", hosts},
    {"retrypriority", hosts},
    {"hostselectionretrymaxattempts", hosts},
    {"ratelimitedretrybackoff", "nothing is retried"},
    {"maxinterval", "the longest wait that a callee may ask for is not bounded"},
    {"pertryidletimeout", "answers come whole, so that nothing is idle"},
    {"idletimeout", "answers come whole, so that nothing is idle"},
    {"maxstreamduration", "no streams"},
    {"initialrequests", "Envoy itself does not act on it"},
    {"additionalrequestchance", "Envoy itself does not act on it"},
    {"perhostthresholds", "limits hold for a whole cluster"},
    {"trackremaining", watching},
    {"maxconnectionpools", connections},
    {"ratelimits", limiting, true},
});

constexpr auto of_istio = std::to_array<Reason>({
    {"metadata", "a name of the cluster's own"},
    {"status", watching},
    {"match", routing},
    {"gateways", routing},
    {"exportto", routing},
    {"weight", routing},
    {"rewrite", routing},
    {"redirect", routing},
    {"directresponse", "answers without calling anyone"},
    {"headers", routing},
    {"delegate", routing},
    {"workloadselector", routing},
    {"labels", routing},
    {"mirror", "no copies of requests"},
    {"mirrors", "no copies of requests"},
    {"mirrorpercentage", "no copies of requests"},
    {"fault", fault},
    {"corspolicy", security},
    {"tls", security},
    {"tcp", "no plain TCP"},
    {"loadbalancer", balancing},
    {"outlierdetection", ejection, true},
    {"splitexternallocaloriginerrors", origins},
    {"consecutivelocaloriginfailures", origins},
    {"connecttimeout", connections},
    {"tcpkeepalive", connections},
    {"maxconnectionduration", connections},
    {"idletimeout", connections},
    {"maxrequestsperconnection", connections},
    {"maxconcurrentstreams", connections},
    {"useclientprotocol", connections},
    {"retryremotelocalities", hosts},
    {"retryignoreprevioushosts", hosts},
    {"tunnel", connections},
    {"proxyprotocol", connections},
    {"budgetinterval", "the budget looks at what is under way now"},
    {"subsets", "no route leads to it"},
});

constexpr auto of_grpc = std::to_array<Reason>({
    {"waitforready", connections},
    {"maxrequestmessagebytes", "messages have no size"},
    {"maxresponsemessagebytes", "messages have no size"},
    {"loadbalancingpolicy", balancing},
    {"loadbalancingconfig", balancing},
    {"healthcheckconfig", "no health checks"},
});

constexpr auto of_resilience4j = std::to_array<Reason>({
    {"registerhealthindicator", watching},
    {"allowhealthindicatortofail", watching},
    {"subscribeforevents", watching},
    {"eventconsumerbuffersize", watching},
    {"writablestacktraceenabled", watching},
    {"metrics", watching},
    {"tags", watching},
    {"recordexceptions", exceptions},
    {"ignoreexceptions", exceptions},
    {"ignoreclassbindingexceptions", exceptions},
    {"recordfailurepredicate", exceptions},
    {"ignoreexceptionpredicate", exceptions},
    {"recordresultpredicate", exceptions},
    {"retryexceptionpredicate", exceptions},
    {"resultpredicate", exceptions},
    {"failaftermaxattempts", "a call ends as its last attempt did"},
    {"intervalbifunction", "code; write retry.backoff by hand"},
    {"threadpoolbulkhead", "a pool of threads with a queue; write bulkhead by hand", true},
    {"scheduledthreadpool", "there are no threads"},
    {"cancelrunningfuture", "what the callee does then is services.NAME.when_caller_gone"},
    {"fairbulkheadstrategyenabled", "the line is always first in, first out"},
    {"fairlockstrategyenabled", "the line is always first in, first out"},
    {"enableexponentialbackoff", "the time in the open state is always the same"},
    {"configs", "no instance inherits from it"},
});

}  // namespace

const std::span<const Reason> envoy_reasons = of_envoy;
const std::span<const Reason> istio_reasons = of_istio;
const std::span<const Reason> grpc_reasons = of_grpc;
const std::span<const Reason> resilience4j_reasons = of_resilience4j;

}  // namespace squall::scenario
