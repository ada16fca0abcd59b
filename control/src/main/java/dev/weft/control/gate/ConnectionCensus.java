package dev.weft.control.gate;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.daemon.listen.Network;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the connections of each network, and decides whether one more is admitted. If the number of unproven
 * connections is at its limit, strangers wait in line. A few connections of each network that has proven itself before
 * are admitted past the line, so sidecars that renew do not wait for strangers.
 *
 * <p>If no place is free, in all or for the network, a client is still admitted as unproven while an identity has more
 * than few connections. Who gives way is decided when the client proves itself, so that strangers take no place of
 * anybody: it is the newest connection of the identity with the most, which may be the client itself. Safe for use by
 * several threads.
 */
final class ConnectionCensus {

    /** Most unproven connections that a known network may have while strangers wait. */
    static final int PAST_THE_LINE = 8;

    /** Most networks that are remembered as having proven themselves. */
    static final int KNOWN = 16_384;

    /** An identity with at most one in this many of all connections has few of them. */
    private static final int FEW = 64;

    /** Whether a connection is admitted, and if not, why. */
    enum Verdict {
        ADMITTED("admitted"),
        WAITS("waits"),
        TOO_MANY("connections"),
        TOO_MANY_WAIT("waiting"),
        TOO_MANY_OF_ADDRESS("address"),
        TOO_MANY_UNPROVEN_OF_ADDRESS("unproven-address");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    private static final class Share {
        int all;
        int unproven;
    }

    private final Limits limits;

    @GuardedBy("this")
    private final Map<Network, Share> shares = new HashMap<>();

    @GuardedBy("this")
    private final Map<Network, Boolean> known = new LinkedHashMap<>();

    @GuardedBy("this")
    private final WaitingLine line = new WaitingLine();

    @GuardedBy("this")
    private final ProvenConnections identities = new ProvenConnections();

    @GuardedBy("this")
    private int all;

    @GuardedBy("this")
    private int unproven;

    ConnectionCensus(Limits limits) {
        this.limits = limits;
    }

    /** Admits and counts a connection as unproven, or puts it into the line, or refuses it. */
    synchronized Verdict admit(WaitingLine.Entrant entrant) {
        Network network = entrant.network();
        Share share = shares.getOrDefault(network, new Share());
        boolean addressFull = share.all >= limits.perAddress();
        if (addressFull && ofMost(network).isEmpty()) {
            return Verdict.TOO_MANY_OF_ADDRESS;
        }
        if (noPlaceInAll()) {
            return Verdict.TOO_MANY;
        }
        if (share.unproven + line.of(network) >= limits.unprovenPerAddress()) {
            return Verdict.TOO_MANY_UNPROVEN_OF_ADDRESS;
        }
        if (unproven >= limits.unproven() && !mayPassTheLine(network, share)) {
            if (line.size() >= limits.waiting()) {
                return Verdict.TOO_MANY_WAIT;
            }
            line.add(entrant);
            return Verdict.WAITS;
        }
        count(network);
        return Verdict.ADMITTED;
    }

    /** Whether all places are taken and nobody would give way. */
    @GuardedBy("this")
    private boolean noPlaceInAll() {
        return all >= limits.connections() && ofMost().isEmpty();
    }

    @GuardedBy("this")
    private Optional<ProvenConnections.Member> ofMost() {
        return identities.ofMost(few(limits.connections()));
    }

    @GuardedBy("this")
    private Optional<ProvenConnections.Member> ofMost(Network network) {
        return identities.ofMost(network, few(limits.perAddress()));
    }

    private static int few(int places) {
        return Math.max(1, places / FEW);
    }

    @GuardedBy("this")
    private void givesWay(ProvenConnections.Member member) {
        gone(member, true);
        member.giveWay();
    }

    @GuardedBy("this")
    private boolean mayPassTheLine(Network network, Share share) {
        return known.containsKey(network)
                && share.unproven < PAST_THE_LINE
                && unproven < limits.unproven() + limits.unproven() / 2;
    }

    /** Takes the next connection from the line and counts it; empty if none waits or a limit is reached. */
    synchronized Optional<WaitingLine.Entrant> next() {
        if (line.size() == 0 || unproven >= limits.unproven() || noPlaceInAll()) {
            return Optional.empty();
        }
        Optional<WaitingLine.Entrant> entrant = line.next();
        entrant.ifPresent(next -> count(next.network()));
        return entrant;
    }

    synchronized List<WaitingLine.Entrant> dissolve() {
        return line.clear();
    }

    @GuardedBy("this")
    private void count(Network network) {
        Share share = shares.computeIfAbsent(network, _ -> new Share());
        share.all++;
        share.unproven++;
        all++;
        unproven++;
    }

    /**
     * The client of a connection that was admitted has proven an identity. If there are more proven connections than
     * places, one gives way: this one too if it is the newest of the identity with the most, or if all have few.
     */
    synchronized void proven(ProvenConnections.Member member, SpiffeId identity) {
        Network network = member.network();
        identities.add(member, identity);
        unproven--;
        Share share = share(network);
        share.unproven--;
        if (share.all - share.unproven > limits.perAddress()) {
            givesWay(ofMost(network).orElse(member));
        } else if (all - unproven > limits.connections()) {
            givesWay(ofMost().orElse(member));
        }
        known.remove(network);
        known.put(network, true);
        if (known.size() > KNOWN) {
            known.remove(known.keySet().iterator().next());
        }
    }

    /** A connection that was admitted has closed, or gives way to another and counts no more. */
    synchronized void gone(ProvenConnections.Member member, boolean proven) {
        if (proven && !identities.remove(member)) {
            return; // has given way
        }
        Network network = member.network();
        Share share = share(network);
        if (!proven) {
            unproven--;
            share.unproven--;
        }
        all--;
        if (--share.all == 0) {
            shares.remove(network);
        }
    }

    synchronized int all() {
        return all;
    }

    synchronized int unproven() {
        return unproven;
    }

    synchronized int waiting() {
        return line.size();
    }

    @GuardedBy("this")
    private Share share(Network network) {
        Share share = shares.get(network);
        if (share == null) {
            throw new IllegalStateException(network + " was not counted");
        }
        return share;
    }
}
