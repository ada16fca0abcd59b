package dev.weft.control.certify;

import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The segments of descents in a store: entries in the folder {@code descents/}, limited in number and size. Segments
 * whose certificates have all ended make room for others; small segments that are no longer written are merged.
 */
final class DescentSegments {

    static final String FOLDER = "descents";

    /** Most descents in a segment; each takes about 120 bytes. */
    static final int MOST_LINES = 512;

    /** Most segments of all control planes together: 130,000 certificates. */
    static final int MOST = 256;

    /**
     * Number of free segments below which segments of ended certificates are deleted, although revocations could still
     * name them.
     */
    private static final int SPARE = 32;

    /** A segment that was not written for this long is no longer written. */
    private static final Duration QUIET = Duration.ofMinutes(10);

    private static final int MAX_BYTES = 512 * 1024;
    private static final Store.EntryOptions OPTIONS = Store.EntryOptions.secret(MAX_BYTES);

    /**
     * A segment as it was last read or written.
     *
     * @param version {@link Version#ABSENT} before the first write
     * @param since time of that read or write
     */
    record Segment(String name, Version version, List<Descent> descents, Instant since) {
        Segment {
            descents = List.copyOf(descents);
        }

        int room() {
            return MOST_LINES - descents.size();
        }

        Segment with(List<Descent> others) {
            return new Segment(name, version, others, since);
        }

        boolean endedBy(Instant moment) {
            return descents.stream().allMatch(descent -> descent.ends().isBefore(moment));
        }
    }

    /** The changes found in a segment: new descents, and descents that are in no segment any more. */
    record SegmentChanges(List<Descent> learned, List<Descent> forgotten) {}

    private final Store store;
    private final Clock clock;
    private final Map<String, Segment> known = new ConcurrentHashMap<>();

    DescentSegments(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    List<String> names() throws IOException {
        return store.names(FOLDER);
    }

    Entry.Watch follow(Consumer<String> changed) {
        return store.follow(FOLDER, changed);
    }

    boolean full() {
        return known.size() >= MOST;
    }

    /** Returns a new segment, which is not written yet. */
    Segment begin(String writer, int number) {
        return new Segment(FOLDER + "/" + writer + "-" + number, Version.ABSENT, List.of(), clock.instant());
    }

    /** Writes a segment; empty if another control plane has changed it since it was read. */
    Optional<Segment> write(Segment segment, List<Descent> all) throws IOException {
        StringBuilder lines = new StringBuilder();
        all.forEach(descent -> lines.append(descent.line()));
        Optional<Segment> written = store.entry(segment.name(), OPTIONS)
                .compareAndSet(segment.version(), lines.toString())
                .map(version -> new Segment(segment.name(), version, all, clock.instant()));
        written.ifPresent(now -> known.put(now.name(), now));
        return written;
    }

    /**
     * Reads a segment again.
     *
     * @throws StateException if it is damaged
     */
    SegmentChanges read(String name) throws IOException {
        Entry entry = store.entry(name, OPTIONS);
        Optional<Entry.Versioned> read = entry.read();
        Segment before = known.get(name);
        if (read.isEmpty()) {
            known.remove(name);
            return new SegmentChanges(List.of(), before == null ? List.of() : inNoOtherSegment(before.descents()));
        }
        if (before != null && before.version().equals(read.get().version())) {
            return new SegmentChanges(List.of(), List.of());
        }
        Segment now =
                new Segment(name, read.get().version(), parse(entry, read.get().value()), clock.instant());
        known.put(name, now);
        return new SegmentChanges(now.descents(), List.of());
    }

    /**
     * Returns those descents that are in no other segment: descents that moved to another segment are not forgotten.
     */
    private List<Descent> inNoOtherSegment(List<Descent> descents) {
        Set<Descent> kept = new HashSet<>();
        known.values().forEach(segment -> kept.addAll(segment.descents()));
        return descents.stream().filter(descent -> !kept.contains(descent)).toList();
    }

    private static List<Descent> parse(Entry entry, String text) {
        List<Descent> descents = new ArrayList<>();
        for (String line : text.lines().toList()) {
            descents.add(Descent.read(line)
                    .orElseThrow(() -> new StateException("WEFT-C093: " + entry.where() + " is damaged: line "
                            + (descents.size() + 1)
                            + " (expected: in each line a certificate's descent and its checksum)."
                            + " Restore it from a copy; to continue without it, delete it, and revoke identities where only"
                            + " certificates are revoked")));
        }
        return descents;
    }

    /**
     * Deletes segments that have ended, and merges small ones.
     *
     * @param open name of the segment that the caller appends to
     * @return descents that are in no segment any more
     */
    List<Descent> tidy(String open) throws IOException {
        Instant now = clock.instant();
        List<Descent> forgotten = new ArrayList<>();
        for (Segment segment : List.copyOf(known.values())) {
            if (!segment.name().equals(open) && segment.endedBy(now.minus(Descents.KEPT))) {
                forgotten.addAll(delete(segment));
            }
        }
        List<Segment> ended = known.values().stream()
                .filter(segment -> !segment.name().equals(open) && segment.endedBy(now))
                .sorted(Comparator.comparing(Segment::since))
                .toList();
        int surplus = Math.min(ended.size(), known.size() - (MOST - SPARE));
        for (int i = 0; i < surplus; i++) {
            forgotten.addAll(delete(ended.get(i)));
        }
        mergeSmallest(open, now);
        return forgotten;
    }

    /** Deletes a segment, and returns its descents that are in no other segment. */
    private List<Descent> delete(Segment segment) throws IOException {
        if (!store.entry(segment.name(), OPTIONS).delete(segment.version())) {
            return List.of(); // another control plane has changed it: it is read again when that change is reported
        }
        known.remove(segment.name());
        return inNoOtherSegment(segment.descents());
    }

    /** Merges the two smallest segments that earlier control planes left at most half full. */
    private void mergeSmallest(String open, Instant now) throws IOException {
        List<Segment> small = known.values().stream()
                .filter(segment -> !segment.name().equals(open))
                .filter(segment -> segment.descents().size() <= MOST_LINES / 2)
                .filter(segment -> segment.since().plus(QUIET).isBefore(now))
                .sorted(Comparator.comparingInt(segment -> segment.descents().size()))
                .limit(2)
                .toList();
        if (small.size() < 2) {
            return;
        }
        Segment into = small.getLast();
        List<Descent> all = new ArrayList<>(into.descents());
        all.addAll(small.getFirst().descents());
        // Write first, delete second: so every descent is in some segment at any moment.
        if (write(into, all.stream().distinct().toList()).isPresent()) {
            var _ = delete(small.getFirst());
        }
    }
}
