package dev.weft.control.gate;

import dev.weft.daemon.listen.Network;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/** The proven connections of each identity, in all and at each network. Not safe for use by several threads. */
final class ProvenConnections {

    /** A connection whose client has proven an identity. Compared by reference. */
    interface Member {
        Network network();

        /** Closes the connection soon, so that another client has its place. */
        void giveWay();
    }

    private final Map<SpiffeId, SequencedSet<Member>> all = new HashMap<>();
    private final Map<Network, Map<SpiffeId, SequencedSet<Member>>> byNetwork = new HashMap<>();
    private final IdentityHashMap<Member, SpiffeId> identities = new IdentityHashMap<>();

    void add(Member member, SpiffeId identity) {
        identities.put(member, identity);
        add(all, identity, member);
        add(byNetwork.computeIfAbsent(member.network(), _ -> new HashMap<>()), identity, member);
    }

    private static void add(Map<SpiffeId, SequencedSet<Member>> to, SpiffeId identity, Member member) {
        to.computeIfAbsent(identity, _ -> new LinkedHashSet<>()).add(member);
    }

    /** Removes a connection; returns whether it was there. */
    boolean remove(Member member) {
        SpiffeId identity = identities.remove(member);
        if (identity == null) {
            return false;
        }
        remove(all, identity, member);
        byNetwork.computeIfPresent(member.network(), (_, there) -> {
            remove(there, identity, member);
            return there.isEmpty() ? null : there;
        });
        return true;
    }

    private static void remove(Map<SpiffeId, SequencedSet<Member>> from, SpiffeId identity, Member member) {
        from.computeIfPresent(identity, (_, members) -> {
            members.remove(member);
            return members.isEmpty() ? null : members;
        });
    }

    /** Returns the newest connection of the identity with the most; empty if none has more than {@code few}. */
    Optional<Member> ofMost(int few) {
        return ofMost(all, few);
    }

    /** Like {@link #ofMost(int)}, among the connections of a network. */
    Optional<Member> ofMost(Network network, int few) {
        return ofMost(byNetwork.getOrDefault(network, Map.of()), few);
    }

    private static Optional<Member> ofMost(Map<SpiffeId, SequencedSet<Member>> members, int few) {
        return members.values().stream()
                .max(Comparator.comparingInt(SequencedSet::size))
                .filter(most -> most.size() > few)
                .map(SequencedSet::getLast);
    }
}
