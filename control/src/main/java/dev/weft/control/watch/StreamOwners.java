package dev.weft.control.watch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.identity.spiffe.SpiffeId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The open streams, and the workload of each. Safe for use by several threads. */
final class StreamOwners {

    /** Most streams of one identity, which all replicas of a workload share. */
    static final int MAX_STREAMS_PER_IDENTITY = 10_000;

    /** Most streams of one workload: two while a proxy reconnects; a newer stream replaces the oldest. */
    static final int MAX_STREAMS_PER_WORKLOAD = 4;

    private record Owner(String workload, SpiffeId identity) {}

    @GuardedBy("this")
    private final Map<WatchStream, Owner> owners = new HashMap<>();

    @GuardedBy("this")
    private final Map<String, Deque<WatchStream>> byWorkload = new HashMap<>();

    @GuardedBy("this")
    private final Map<SpiffeId, Integer> perIdentity = new HashMap<>();

    /** Adds a stream; returns whether the identity may have one more. */
    synchronized boolean add(WatchStream stream, String workload, SpiffeId identity) {
        if (perIdentity.getOrDefault(identity, 0) >= MAX_STREAMS_PER_IDENTITY) {
            return false;
        }
        owners.put(stream, new Owner(workload, identity));
        perIdentity.merge(identity, 1, Integer::sum);
        byWorkload.computeIfAbsent(workload, _ -> new ArrayDeque<>()).addLast(stream);
        return true;
    }

    /** Returns the stream that must end because its workload has too many. */
    synchronized Optional<WatchStream> surplus(String workload) {
        Deque<WatchStream> streams = byWorkload.getOrDefault(workload, new ArrayDeque<>());
        return streams.size() > MAX_STREAMS_PER_WORKLOAD ? Optional.of(streams.getFirst()) : Optional.empty();
    }

    /** Removes a stream; returns its workload, empty if the stream was not there. */
    synchronized Optional<String> remove(WatchStream stream) {
        Owner owner = owners.remove(stream);
        if (owner == null) {
            return Optional.empty();
        }
        perIdentity.computeIfPresent(owner.identity(), (_, count) -> count == 1 ? null : count - 1);
        byWorkload.computeIfPresent(owner.workload(), (_, streams) -> {
            streams.remove(stream);
            return streams.isEmpty() ? null : streams;
        });
        return Optional.of(owner.workload());
    }

    synchronized List<WatchStream> all() {
        return List.copyOf(owners.keySet());
    }

    /** Returns the streams of one workload, the oldest first. */
    synchronized List<WatchStream> of(String workload) {
        Deque<WatchStream> streams = byWorkload.get(workload);
        return streams == null ? List.of() : List.copyOf(streams);
    }

    synchronized int count() {
        return owners.size();
    }
}
