package dev.weft.files.registry;

import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.Parsed;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.registry.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides which state of each file is in force: its newest valid state, otherwise the state that was last in force,
 * otherwise none. If two files have the same object, the file that already had it in force keeps it, and the newest
 * state of the other is refused. So a user who may write one file cannot replace objects of another. Between two new
 * files, the first by name wins. Limits for all files together refuse the newest state of the file that would exceed
 * them.
 */
final class ConflictResolution {

    /** Most trust domains besides the mesh's own. Each proxy holds a bundle of each. */
    static final int MAX_TRUST_DOMAINS = 1000;

    private final List<WatchedFile> files;
    private final List<Revocation> ofOperators;
    /** The states of each file that may still be in force, the best first. Refused states are removed. */
    private final Map<WatchedFile, List<Parsed>> candidates = new LinkedHashMap<>();
    /** The file that had each object in force before. */
    private final Map<String, WatchedFile> owners = new HashMap<>();

    private final Set<Path> vanishing;
    private final Set<FileError> errors = new LinkedHashSet<>();

    /**
     * @param ofOperators revocations that are always in force
     * @param vanishing files that are gone but still count: another file with one of their objects, such as a file
     *     under a new name, waits for their end without an error
     */
    ConflictResolution(List<WatchedFile> files, List<Revocation> ofOperators, Set<Path> vanishing) {
        this.files = files;
        this.vanishing = vanishing;
        this.ofOperators = ofOperators;
        for (WatchedFile file : files) {
            candidates.put(file, new ArrayList<>(file.candidates()));
            file.taken()
                    .ifPresent(taken ->
                            taken.parsed().lines().keySet().forEach(object -> owners.putIfAbsent(object, file)));
        }
        // The loop ends: in every round except the last, a file loses a state.
        while (dropClashing() || dropExceeding()) {}
    }

    /** Returns the state in force of each file that has one, in the order of the files. */
    Map<WatchedFile, Parsed> winners() {
        Map<WatchedFile, Parsed> winners = new LinkedHashMap<>();
        candidates.forEach((file, states) -> states.stream().findFirst().ifPresent(first -> winners.put(file, first)));
        return winners;
    }

    List<FileError> errors() {
        return List.copyOf(errors);
    }

    private boolean dropClashing() {
        Map<String, WatchedFile> claims = new HashMap<>();
        Set<WatchedFile> losers = new HashSet<>();
        winners()
                .forEach((file, state) -> state.lines().keySet().forEach(object -> {
                    WatchedFile first = claims.putIfAbsent(object, file);
                    if (first != null) {
                        boolean keeps = hadBefore(file, object) && !hadBefore(first, object);
                        losers.add(lost(object, keeps ? file : first, keeps ? first : file));
                        if (keeps) {
                            claims.put(object, file);
                        }
                    }
                }));
        losers.forEach(loser -> states(loser).removeFirst());
        return !losers.isEmpty();
    }

    private boolean hadBefore(WatchedFile file, String object) {
        return Objects.equals(owners.get(object), file);
    }

    private WatchedFile lost(String object, WatchedFile winner, WatchedFile loser) {
        if (!vanishing.contains(winner.file())) {
            int line = states(loser).getFirst().lines().getOrDefault(object, 0);
            errors.add(new FileError(loser.file(), line, object, "also in " + winner.file()));
        }
        return loser;
    }

    private List<Parsed> states(WatchedFile file) {
        return candidates.getOrDefault(file, List.of());
    }

    private boolean dropExceeding() {
        return dropExceeding(
                        "Revocations",
                        Snapshot.MAX_REVOCATIONS,
                        ofOperators.size(),
                        state -> state.objects().revocations().size())
                || dropExceeding(
                        "octets of Revocations",
                        Snapshot.MAX_REVOCATION_BYTES,
                        Merge.bytes(ofOperators),
                        state -> Merge.bytes(state.objects().revocations().values()))
                || dropExceeding(
                        "TrustDomains",
                        MAX_TRUST_DOMAINS,
                        0,
                        state -> state.objects().trustDomains().size());
    }

    /** Counts the states that were in force first, so that a new state is refused rather than one in force. */
    private boolean dropExceeding(String what, int most, int reserved, ToIntFunction<Parsed> count) {
        int number = reserved;
        WatchedFile over = null;
        for (boolean inForce : new boolean[] {true, false}) {
            for (WatchedFile file : files) {
                Parsed state = first(file);
                if (state != null && inForce(file, state) == inForce) {
                    int more = count.applyAsInt(state);
                    number += more;
                    if (number > most && more > 0 && over == null) {
                        over = file;
                        errors.add(new FileError(
                                file.file(),
                                0,
                                "with this file " + number + " " + what + " (expected: at most " + most + ")"));
                    }
                }
            }
        }
        if (over != null) {
            states(over).removeFirst();
        }
        return over != null;
    }

    private @Nullable Parsed first(WatchedFile file) {
        List<Parsed> states = states(file);
        return states.isEmpty() ? null : states.getFirst();
    }

    @SuppressWarnings("ReferenceEquality") // equals would compare thousands of objects
    private static boolean inForce(WatchedFile file, Parsed state) {
        return file.taken().map(taken -> taken.parsed() == state).orElse(false);
    }
}
