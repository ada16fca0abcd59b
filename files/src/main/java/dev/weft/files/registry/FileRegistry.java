package dev.weft.files.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.files.registry.OperatorFolder.WrittenFile;
import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.ProgramSpec;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.Changes;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.registry.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry of YAML files and folders of such files, read again whenever they change.
 *
 * <p>Changes are noticed by the operating system's file watch and, in case that misses one, by regular polling. A file
 * is in force as a whole or not at all. If it has an error anywhere, its last valid state remains in force, also after
 * a restart if {@link LastValidStore} stores it. A file that was named directly also keeps its last state when it vanishes,
 * because editors replace files by renaming. A file that vanishes from a folder takes its objects along, after a moment
 * in which it may be written again.
 */
public final class FileRegistry implements Registry, OperatorFolder {

    /** While nothing changes, polling takes at most one part in this many of the time. */
    private static final int SCAN_SHARE = 100;

    private static final Duration LONGEST_POLL = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(FileRegistry.class);

    private final SourceListing sources;
    private final WatchTimings timings;
    private final LastValidStore lastValid;
    private final FolderWatch watch;
    private final Thread thread;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final @Nullable Path operators;

    @GuardedBy("this")
    private final Map<Path, WatchedFile> files = new LinkedHashMap<>();
    /** The newest content of each operators' file. */
    @GuardedBy("this")
    private final Map<Path, WrittenFile> announced = new HashMap<>();

    private final RegistryProblems problems = new RegistryProblems();

    @GuardedBy("this")
    private List<FileError> folderErrors = List.of();
    /** Whether a change was seen that is not published yet. A look at the files may fail in between. */
    @GuardedBy("this")
    private boolean changed;

    private volatile State state = new State(new Local(Snapshot.EMPTY, Map.of()), List.of(), Map.of(), Map.of());
    private volatile List<FileError> unknown = List.of();
    private volatile boolean closed;

    /**
     * @param places where each object is written, by kind and name
     * @param lost addresses that objects claim and do not get, by kind and name
     */
    private record State(
            Local local, List<FileError> errors, Map<String, FileError> places, Map<String, Set<String>> lost) {
        Snapshot snapshot() {
            return local.snapshot();
        }
    }

    /**
     * The content of the files, for a caller that also starts the workloads' programs.
     *
     * @param programs how each workload's program is run
     */
    public record Local(Snapshot snapshot, Map<ObjectName, ProgramSpec> programs) {}

    private FileRegistry(List<Path> sources, @Nullable Path operators, LastValidStore lastValid, WatchTimings timings)
            throws IOException {
        this.operators = operators == null ? null : operators.toAbsolutePath();
        this.sources = new SourceListing(
                Stream.concat(sources.stream(), Stream.ofNullable(operators))
                        .map(Path::toAbsolutePath)
                        .toList(),
                timings);
        this.lastValid = lastValid;
        this.timings = timings;
        this.watch = FolderWatch.of(this.sources.all());
        this.thread = Thread.ofPlatform().name("registry").daemon().unstarted(this::run);
    }

    /**
     * Reads files and folders (their {@code *.yaml} and {@code *.yml}) and keeps watching them.
     *
     * @throws UncheckedIOException if the operating system refuses the file watch
     */
    public static FileRegistry open(List<Path> sources) {
        return open(sources, null, LastValidStore.NOTHING, WatchTimings.USUAL);
    }

    /**
     * Like {@link #open(List)}, with a folder of files that the control plane itself writes for operators. These files
     * are always complete when they are seen. Their settings for trust domains take precedence over those of other
     * files. The last content in force of each file is also stored in the state directory.
     */
    public static FileRegistry open(List<Path> sources, Path operators, Path stateDirectory) {
        return open(sources, operators, new LastValidFiles(stateDirectory), WatchTimings.USUAL);
    }

    static FileRegistry open(List<Path> sources, WatchTimings timings) {
        return open(sources, null, LastValidStore.NOTHING, timings);
    }

    static FileRegistry open(
            List<Path> sources, @Nullable Path operators, LastValidStore lastValid, WatchTimings timings) {
        try {
            FileRegistry registry = new FileRegistry(sources, operators, lastValid, timings);
            registry.begin();
            return registry;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot watch " + sources, e);
        }
    }

    private void begin() throws IOException {
        try {
            resume();
        } catch (IOException | RuntimeException e) {
            watch.close();
            throw e;
        }
        thread.start();
    }

    /** Continues from the state that an earlier process stored. */
    private synchronized void resume() throws IOException {
        Optional<LastValidStore.LastValidContent> kept = lastValid.load();
        Set<Path> lost = new LinkedHashSet<>();
        kept.ifPresent(former -> {
            sources.setFormerInodes(former.folders());
            former.texts().forEach((file, text) -> {
                if (sources.covers(file)) {
                    WatchedFile watched = watched(file);
                    text.ifPresent(watched::setFormerContent);
                    if (watched.taken().isEmpty()) {
                        lost.add(file);
                    }
                    files.put(file, watched);
                }
            });
        });
        update(Merge.former(
                files.values(), kept.map(LastValidStore.LastValidContent::lost).orElse(Map.of())));
        // A file that was never in force may be new and broken; that loosens no policy. If no earlier state is known,
        // every broken file is suspect.
        Set<Path> suspects = kept.isEmpty() ? Set.copyOf(files.keySet()) : lost;
        List<FileError> silent = new ArrayList<>();
        for (Path file : suspects) {
            whyNotInForce(file).ifPresent(silent::add);
        }
        if (kept.isEmpty()) {
            silent.addAll(folderErrors);
        }
        unknown = List.copyOf(silent);
        if (unknown.isEmpty()) {
            store();
        }
    }

    /** Returns why nothing of a file is in force; empty if something is. */
    @GuardedBy("this")
    private Optional<FileError> whyNotInForce(Path file) {
        WatchedFile watched = files.get(file);
        boolean counts =
                watched == null || watched.ofOperators() || watched.taken().isPresent();
        return state.errors().stream()
                .filter(error -> !counts && error.file().equals(file))
                .findFirst();
    }

    @Override
    public Snapshot current() {
        return state.snapshot();
    }

    /** The state in force now, with the programs of its workloads. */
    public Local local() {
        return state.local();
    }

    @Override
    public List<LoadError> errors() {
        return Stream.concat(state.errors().stream(), problems.errors().stream())
                .map(FileError::loadError)
                .toList();
    }

    @Override
    public List<LoadError> unknown() {
        return unknown.stream().map(FileError::loadError).toList();
    }

    @Override
    public Source source(String kind, String name) {
        FileError place = state.places().get(kind + " " + name);
        return place == null
                ? new Source(kind, name, sources.all().getFirst().toString())
                : place.loadError().source();
    }

    @Override
    public Subscription subscribe(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration took = Duration.ZERO;
        try {
            while (!closed) {
                watch.await(pause(took));
                long begun = System.nanoTime();
                rescanGuarded();
                took = Duration.ofNanos(System.nanoTime() - begun);
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            // closed: end of the thread
        }
    }

    private Duration pause(Duration took) {
        if (unsettled()) {
            return timings.settle();
        }
        Duration share = took.multipliedBy(SCAN_SHARE);
        Duration bounded = share.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : share;
        return bounded.compareTo(timings.poll()) > 0 ? bounded : timings.poll();
    }

    /**
     * Looks at the files, and reports a failure. After a failure the present state remains in force, and the thread
     * continues with the next look.
     */
    private void rescanGuarded() {
        try {
            rescan();
            problems.scanned();
        } catch (RuntimeException | StackOverflowError e) {
            if (!closed) {
                problems.scanFailed(sources.all().getFirst(), e);
            }
        }
    }

    private synchronized boolean unsettled() {
        return sources.unsettled() || files.values().stream().anyMatch(WatchedFile::unsettled);
    }

    @Override
    public synchronized void rescan() {
        if (update(state.snapshot()) || problems.hasUnstored()) {
            store();
        }
    }

    /**
     * @param before the objects that were in force before
     * @return whether anything has changed
     */
    private synchronized boolean update(Snapshot before) {
        long now = System.nanoTime();
        List<Path> present = sources.list(files, now);
        // Files of operators remain even if they, or their folder, cannot be seen: only the control plane removes them.
        Set<Path> there = new LinkedHashSet<>(present);
        files.values().stream()
                .filter(WatchedFile::ofOperators)
                .map(WatchedFile::file)
                .forEach(there::add);
        changed |= files.keySet().removeIf(file -> !there.contains(file));
        for (Path file : there) {
            changed |= files.computeIfAbsent(file, this::watched).check(timings, now, announced.get(file));
        }
        changed |= !folderErrors.equals(sources.errors());
        if (!changed) {
            return false;
        }
        folderErrors = sources.errors();
        publish(new Merge().of(inOrder(there), sources.vanishing(), before));
        changed = false;
        return true;
    }

    /** Stores the state. Called after the state is in force, because writing takes time. */
    @GuardedBy("this")
    private void store() {
        try {
            lastValid.keep(LastValidStore.LastValidContent.of(files.values(), sources.inodes(), state.lost()));
            problems.stored();
        } catch (IOException e) {
            problems.storeFailed(sources.all().getFirst(), e);
        }
    }

    @Override
    public synchronized void announce(WrittenFile file) {
        announced.put(file.parsed().file().toAbsolutePath(), file);
    }

    /** Returns the files in order, those of operators last. */
    @GuardedBy("this")
    private List<WatchedFile> inOrder(Set<Path> present) {
        List<WatchedFile> ordered = new ArrayList<>();
        for (Path path : present) {
            WatchedFile file = files.get(path);
            if (file != null && !file.ofOperators()) {
                ordered.add(file);
            }
        }
        files.values().stream().filter(WatchedFile::ofOperators).forEach(ordered::add);
        return ordered;
    }

    private WatchedFile watched(Path file) {
        return new WatchedFile(file, operators != null && operators.equals(file.getParent()));
    }

    /** Whether a file of a folder is read, by its name. */
    public static boolean isYaml(Path file) {
        return SourceListing.isYaml(file);
    }

    @GuardedBy("this")
    private void publish(Merge merge) {
        State before = state;
        State now = new State(
                new Local(merge.snapshot(), merge.programs()),
                Stream.concat(folderErrors.stream(), merge.errors().stream()).toList(),
                merge.places(),
                merge.lost());
        state = now;
        Changes changes = Changes.between(before.snapshot(), now.snapshot());
        if (changes.isEmpty()
                && before.local().programs().equals(now.local().programs())
                && before.errors().equals(now.errors())) {
            return;
        }
        ChangeLog.errors(before.errors(), now.errors());
        ChangeLog.removed(changes);
        for (Listener listener : listeners) {
            try {
                listener.changed(now.snapshot(), changes);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("a listener of the registry failed");
            }
        }
    }
}
