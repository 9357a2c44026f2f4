#include <algorithm>
#include <string>
#include <vector>

#include "squall/scenario/build_parts.hpp"

namespace squall::scenario {
namespace {

constexpr std::uint32_t depth_max = 10'000;
constexpr std::uint64_t replicas_in_all_max = 1'000'000;

/// Who leads to whom, where nothing bounds it: services, then queues, then consumers. Calls with
/// max_depth are left out.
class Graph {
 public:
  explicit Graph(const Building& building)
      : building_(building),
        queues_from_(static_cast<Index>(building.scenario.services.size())),
        consumers_from_(queues_from_ + static_cast<Index>(building.scenario.queues.size())),
        size_(consumers_from_ + static_cast<Index>(building.scenario.consumers.size())) {
    const Scenario& scenario = building.scenario;
    std::vector<std::vector<Index>> consumers_of(scenario.queues.size());
    for (Index i = 0; i < scenario.consumers.size(); ++i) {
      consumers_of[scenario.consumers[i].from].push_back(consumers_from_ + i);
    }
    std::size_t call = 0;
    const auto add_steps = [&](const std::vector<Step>& steps) {
      first_.push_back(arcs_.size());
      for (const Step& step : steps) {
        for (const Call& made : step.calls) {
          const Place& place = building.call_places[call++];
          if (made.max_depth == Call::unbounded_depth) arcs_.push_back({vertex(made.to), place});
        }
      }
    };
    for (const Service& service : scenario.services) add_steps(service.steps);
    for (Index i = 0; i < scenario.queues.size(); ++i) {
      first_.push_back(arcs_.size());
      for (const Index consumer : consumers_of[i]) {
        arcs_.push_back({consumer, building.consumer_places[consumer - consumers_from_]});
      }
      if (const auto dead_letter = scenario.queues[i].dead_letter) {
        arcs_.push_back({queues_from_ + *dead_letter, building.queue_places[i]});
      }
    }
    for (const Consumer& consumer : scenario.consumers) add_steps(consumer.steps);
    first_.push_back(arcs_.size());
  }

  /// Walks every vertex depth first, without recursion: a chain may be 100,000 long.
  void check() {
    std::vector<State> state(size_, State::fresh);
    std::vector<std::uint32_t> depth(size_, 1);
    for (Index root = 0; root < size_; ++root) {
      if (state[root] != State::fresh) continue;
      state[root] = State::open;
      path_.push_back({root, first_[root]});
      while (!path_.empty()) {
        Visit& visit = path_.back();
        if (visit.next == first_[visit.vertex + 1]) {
          state[visit.vertex] = State::done;
          const std::uint32_t reached = depth[visit.vertex] + 1;
          path_.pop_back();
          if (path_.empty()) break;
          std::uint32_t& above = depth[path_.back().vertex];
          above = std::max(above, reached);
          continue;
        }
        const Arc& arc = arcs_[visit.next++];
        if (state[arc.to] == State::open) return report_cycle(arc);
        if (state[arc.to] == State::done) {
          depth[visit.vertex] = std::max(depth[visit.vertex], depth[arc.to] + 1);
          continue;
        }
        state[arc.to] = State::open;
        path_.push_back({arc.to, first_[arc.to]});
      }
    }
    const auto deepest = std::max_element(depth.begin(), depth.end());
    if (deepest != depth.end() && *deepest > depth_max) {
      const auto vertex = static_cast<Index>(deepest - depth.begin());
      building_.errors.add(Error{.message = "leads through a chain of " + grouped(*deepest) +
                                            " services, queues and consumers; at most " +
                                            grouped(depth_max),
                                 .file = *place_of(vertex).file,
                                 .line = place_of(vertex).line,
                                 .key = key_of(vertex)});
    }
  }

 private:
  enum class State : std::uint8_t { fresh, open, done };
  struct Arc {
    Index to;
    Place place;
  };
  struct Visit {
    Index vertex;
    std::size_t next;  ///< into arcs_
  };

  [[nodiscard]] Index vertex(const Target& to) const {
    return to.kind == Target::Kind::service ? to.index : queues_from_ + to.index;
  }
  [[nodiscard]] bool is_queue(Index vertex) const {
    return vertex >= queues_from_ && vertex < consumers_from_;
  }
  [[nodiscard]] const std::string& name_of(Index vertex) const {
    const Scenario& scenario = building_.scenario;
    if (vertex < queues_from_) return scenario.services[vertex].name;
    if (vertex < consumers_from_) return scenario.queues[vertex - queues_from_].name;
    return scenario.consumers[vertex - consumers_from_].name;
  }
  [[nodiscard]] const Place& place_of(Index vertex) const {
    if (vertex < queues_from_) return building_.service_places[vertex];
    if (vertex < consumers_from_) return building_.queue_places[vertex - queues_from_];
    return building_.consumer_places[vertex - consumers_from_];
  }
  [[nodiscard]] std::string key_of(Index vertex) const {
    const char* section = vertex < queues_from_      ? "services."
                          : vertex < consumers_from_ ? "queues."
                                                     : "consumers.";
    return section + name_of(vertex);
  }

  /// The path from where `closing` leads to, down to where it comes from.
  void report_cycle(const Arc& closing) {
    constexpr std::size_t shown_max = 12;
    const auto start = std::find_if(path_.begin(), path_.end(), [&closing](const Visit& visit) {
      return visit.vertex == closing.to;
    });
    std::string text;
    std::size_t count = 0;
    bool dead_letters_only = true;
    for (auto visit = start; visit != path_.end(); ++visit, ++count) {
      dead_letters_only = dead_letters_only && is_queue(visit->vertex);
      if (count < shown_max) text += name_of(visit->vertex) + " -> ";
    }
    if (count > shown_max) text += "(" + grouped(count - shown_max) + " more) -> ";
    text += name_of(closing.to);
    const Index last = path_.back().vertex;
    const std::string key = !is_queue(last)        ? key_of(last) + ".calls"
                            : is_queue(closing.to) ? key_of(last) + ".dead_letter"
                                                   : key_of(closing.to) + ".from";
    building_.errors.add(Error{.message = dead_letters_only
                                              ? "dead letters would go round in a circle: " + text
                                              : "a cycle that nothing bounds: " + text +
                                                    "; give one of its calls a max_depth",
                               .file = *closing.place.file,
                               .line = closing.place.line,
                               .key = key});
  }

  const Building& building_;
  Index queues_from_;
  Index consumers_from_;
  Index size_;
  std::vector<std::size_t> first_;  ///< of each vertex, into arcs_; one more at the end
  std::vector<Arc> arcs_;
  std::vector<Visit> path_;
};

void check_awaited_effects(const Building& building) {
  const Scenario& scenario = building.scenario;
  std::vector<bool> consumed(scenario.queues.size(), false);
  for (const Consumer& consumer : scenario.consumers) consumed[consumer.from] = true;
  std::size_t call = 0;
  const auto check_steps = [&](const char* section, const auto& entity) {
    for (const Step& step : entity.steps) {
      for (const Call& made : step.calls) {
        const Place& place = building.call_places[call++];
        if (made.await != Await::effect || consumed[made.to.index]) continue;
        building.errors.add(Error{.message = "waits for an effect, but nothing consumes queue " +
                                             shown(scenario.queues[made.to.index].name),
                                  .file = *place.file,
                                  .line = place.line,
                                  .key = section + entity.name + ".calls"});
      }
    }
  };
  for (const Service& service : scenario.services) check_steps("services.", service);
  for (const Consumer& consumer : scenario.consumers) check_steps("consumers.", consumer);
}

void check_replicas(const Building& building) {
  std::uint64_t sum = 0;
  for (Index i = 0; i < building.scenario.services.size(); ++i) {
    sum += building.scenario.services[i].replicas;
    if (sum <= replicas_in_all_max) continue;
    building.errors.add(
        Error{.message = "more than " + grouped(replicas_in_all_max) + " replicas in all",
              .file = *building.service_places[i].file,
              .line = building.service_places[i].line,
              .key = "services." + building.scenario.services[i].name});
    return;
  }
}

}  // namespace

void check_graph(const Building& building) {
  check_replicas(building);
  check_awaited_effects(building);
  if (!building.errors.any()) Graph(building).check();
}

}  // namespace squall::scenario
