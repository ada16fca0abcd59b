package dev.weft.proxy.workloadapi;

import java.util.concurrent.atomic.AtomicInteger;

/** Limits how many of something are in use at a time. A failed take counts too, until it is given back. */
final class Quota {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    Quota(int most) {
        this.most = most;
    }

    /** Takes one; returns false if that exceeds the limit. Must be given back in both cases. */
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
