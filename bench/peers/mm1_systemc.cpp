// M/M/1 in SystemC: two method processes, each woken by an event of its own (the fast way there;
// threads are slower).
#include <systemc>

#include "mm1_peer.hpp"

namespace {

struct Mm1 : sc_core::sc_module {
  sc_core::sc_event arrival;
  sc_core::sc_event completion;
  std::deque<std::uint64_t> line;
  std::uint64_t customers;
  std::uint64_t arrived = 0;
  double sojourn_ns = 0;

  SC_HAS_PROCESS(Mm1);
  Mm1(const sc_core::sc_module_name& name, std::uint64_t n) : sc_module(name), customers(n) {
    SC_METHOD(arrive);
    sensitive << arrival;
    dont_initialize();
    SC_METHOD(complete);
    sensitive << completion;
    dont_initialize();
    after(arrival, peer::arrival_mean_ns);
  }

  static std::uint64_t now() { return sc_core::sc_time_stamp().value(); }
  static void after(sc_core::sc_event& event, double mean_ns) {
    event.notify(sc_core::sc_time::from_value(peer::exponential_ns(mean_ns)));
  }

  void arrive() {
    line.push_back(now());
    if (line.size() == 1) after(completion, peer::service_mean_ns);
    if (++arrived < customers) after(arrival, peer::arrival_mean_ns);
  }

  void complete() {
    sojourn_ns += static_cast<double>(now() - line.front());
    line.pop_front();
    if (!line.empty()) after(completion, peer::service_mean_ns);
  }
};

}  // namespace

int sc_main(int argc, char** argv) {
  const std::uint64_t customers = peer::customers_of(argc, argv);
  sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
  Mm1 mm1("mm1", customers);
  const std::clock_t begun = std::clock();
  sc_core::sc_start();
  peer::report(customers, mm1.sojourn_ns, begun);
  return 0;
}
