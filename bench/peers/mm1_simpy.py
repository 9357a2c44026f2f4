"""M/M/1 in SimPy 3, as its manual writes it: a process for each customer, a Resource. Times in ms."""

import random
import sys
import time

import simpy


def customer(env, server, stays, draw):
    arrived = env.now
    with server.request() as request:
        yield request
        yield env.timeout(draw(1.0))
    stays.append(env.now - arrived)


def source(env, server, customers, stays, draw):
    for _ in range(customers):
        yield env.timeout(draw(0.9))
        env.process(customer(env, server, stays, draw))


def main():
    if len(sys.argv) != 2:
        sys.exit("mm1_simpy.py: give it the number of customers")
    customers = int(sys.argv[1])
    draw = random.Random(1).expovariate
    env = simpy.Environment()
    stays = []
    env.process(source(env, simpy.Resource(env), customers, stays, draw))
    begun = time.process_time()
    env.run()
    seconds = time.process_time() - begun
    print(f"{len(stays)}\t{sum(stays) / len(stays):.4f}\t{seconds:.6f}")


if __name__ == "__main__":
    main()
