package dev.weft.proxy.workloadapi;

import java.util.concurrent.atomic.AtomicInteger;

/** How many of something there may be at a time. What is over it is counted too, until it is given back. */
final class Quota {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    Quota(int most) {
        this.most = most;
    }

    /** Takes one; false if that is one too many. */
    boolean take() {
        return taken.incrementAndGet() <= most;
    }

    void giveBack() {
        taken.decrementAndGet();
    }

    int taken() {
        return taken.get();
    }
}
