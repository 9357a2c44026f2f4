// M/M/1 on ns-3's simulator core, with its priority-queue scheduler, the fastest of its schedulers
// here.
#include "mm1_peer.hpp"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

namespace {

std::deque<std::int64_t> line;
std::uint64_t customers = 0;
std::uint64_t arrived = 0;
double sojourn_ns = 0;

template <typename Function>
void after(double mean_ns, Function function) {
  ns3::Simulator::Schedule(
      ns3::NanoSeconds(static_cast<std::int64_t>(peer::exponential_ns(mean_ns))), function);
}

void complete() {
  sojourn_ns += static_cast<double>(ns3::Simulator::Now().GetNanoSeconds() - line.front());
  line.pop_front();
  if (!line.empty()) after(peer::service_mean_ns, &complete);
}

void arrive() {
  line.push_back(ns3::Simulator::Now().GetNanoSeconds());
  if (line.size() == 1) after(peer::service_mean_ns, &complete);
  if (++arrived < customers) after(peer::arrival_mean_ns, &arrive);
}

}  // namespace

int main(int argc, char** argv) {
  customers = peer::customers_of(argc, argv);
  ns3::ObjectFactory scheduler;
  scheduler.SetTypeId("ns3::PriorityQueueScheduler");
  ns3::Simulator::SetScheduler(scheduler);
  after(peer::arrival_mean_ns, &arrive);
  const std::clock_t begun = std::clock();
  ns3::Simulator::Run();
  peer::report(customers, sojourn_ns, begun);
  ns3::Simulator::Destroy();
  return 0;
}
