package dev.weft.control.gate;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** How many connections there are, of whom, and whether one more may come. Safe for use by several threads. */
final class Census {

    /** Whether a connection may come. */
    enum Verdict {
        ADMITTED("admitted"),
        TOO_MANY("connections"),
        TOO_MANY_OF_ADDRESS("address"),
        TOO_MANY_UNPROVEN_OF_ADDRESS("unproven-address");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        /** For metrics. */
        String word() {
            return word;
        }
    }

    private static final class Share {
        int all;
        int unproven;
    }

    private final Limits limits;
    private final Map<InetAddress, Share> shares = new HashMap<>();
    private int all;
    private int unproven;

    Census(Limits limits) {
        this.limits = limits;
    }

    /** Counts one more, unproven for now, unless it may not come. */
    synchronized Verdict admit(InetAddress address) {
        if (all >= limits.connections()) {
            return Verdict.TOO_MANY;
        }
        Share share = shares.getOrDefault(address, new Share());
        if (share.all >= limits.perAddress()) {
            return Verdict.TOO_MANY_OF_ADDRESS;
        }
        if (share.unproven >= limits.unprovenPerAddress()) {
            return Verdict.TOO_MANY_UNPROVEN_OF_ADDRESS;
        }
        shares.put(address, share);
        share.all++;
        share.unproven++;
        all++;
        unproven++;
        return Verdict.ADMITTED;
    }

    /** One that was admitted has shown a certificate. */
    synchronized void proven(InetAddress address) {
        unproven--;
        share(address).unproven--;
    }

    /** One that was admitted is gone. */
    synchronized void gone(InetAddress address, boolean proven) {
        Share share = share(address);
        if (!proven) {
            unproven--;
            share.unproven--;
        }
        all--;
        if (--share.all == 0) {
            shares.remove(address);
        }
    }

    /** Whether others have to wait. */
    synchronized boolean full() {
        return unproven >= limits.unproven();
    }

    synchronized int all() {
        return all;
    }

    synchronized int unproven() {
        return unproven;
    }

    private Share share(InetAddress address) {
        Share share = shares.get(address);
        if (share == null) {
            throw new IllegalStateException(address + " was not counted");
        }
        return share;
    }
}
