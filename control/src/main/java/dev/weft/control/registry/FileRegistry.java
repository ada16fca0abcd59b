package dev.weft.control.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry of YAML files and folders of them, read again whenever they change.
 *
 * <p>Changes are noticed by the operating system's watch and, should that miss one, by looking again periodically. A file counts whole or not at all: with an error anywhere its last valid
 * state stays. A named file that vanishes keeps its last state too (editors replace files by renaming); a file that vanishes from a folder takes its objects along.
 */
public final class FileRegistry implements Registry {

    /** Files of one folder. */
    private static final int MAX_FILES = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(FileRegistry.class);

    private final List<Path> sources;
    private final Pace pace;
    private final WatchService watch;
    private final Thread thread;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final @Nullable Path operators;
    private final Map<Path, WatchedFile> files = new LinkedHashMap<>(); // guarded by this
    /** The newest of each file of operators. */
    private final Map<Path, WrittenFile> announced = new HashMap<>(); // guarded by this

    private volatile State state = new State(Snapshot.EMPTY, List.of(), Map.of());
    private volatile boolean closed;

    /** @param places where each object is said, by kind and name */
    private record State(Snapshot snapshot, List<LoadError> errors, Map<String, LoadError> places) {}

    private FileRegistry(List<Path> sources, @Nullable Path operators, Pace pace) throws IOException {
        this.operators = operators == null ? null : operators.toAbsolutePath();
        this.sources = Stream.concat(sources.stream(), Stream.ofNullable(operators))
                .map(Path::toAbsolutePath)
                .toList();
        this.pace = pace;
        this.watch = FileSystems.getDefault().newWatchService();
        this.thread = Thread.ofPlatform().name("registry").daemon().unstarted(this::run);
    }

    /**
     * Reads files and folders (their {@code *.yaml} and {@code *.yml}) and goes on watching them.
     *
     * @throws UncheckedIOException the operating system does not let us watch
     */
    public static FileRegistry open(List<Path> sources) {
        return open(sources, Pace.USUAL);
    }

    /**
     * As {@link #open(List)}, with a folder of files that the control plane itself writes for operators: each is whole
     * whenever it is seen, and what it says of trust domains is laid over what the others say.
     */
    public static FileRegistry open(List<Path> sources, Path operators) {
        return open(sources, operators, Pace.USUAL);
    }

    static FileRegistry open(List<Path> sources, Pace pace) {
        return open(sources, null, pace);
    }

    static FileRegistry open(List<Path> sources, @Nullable Path operators, Pace pace) {
        try {
            FileRegistry registry = new FileRegistry(sources, operators, pace);
            registry.watchFolders();
            registry.look();
            registry.thread.start();
            return registry;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot watch " + sources, e);
        }
    }

    @Override
    public Snapshot current() {
        return state.snapshot();
    }

    @Override
    public List<LoadError> errors() {
        return state.errors();
    }

    @Override
    public LoadError refusal(String object, String reason) {
        LoadError place = state.places().get(object);
        return place == null
                ? new LoadError(sources.getFirst(), 0, object + ": " + reason)
                : new LoadError(place.file(), place.line(), object + ": " + reason);
    }

    @Override
    public Subscription subscribe(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        closed = true;
        try {
            watch.close();
            thread.join(Duration.ofSeconds(5));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watchFolders() throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        for (Path source : sources) {
            Path parent = source.getParent();
            if (Files.isDirectory(source)) {
                folders.add(source);
            } else if (parent != null && Files.isDirectory(parent)) {
                folders.add(parent);
            }
        }
        for (Path folder : folders) {
            folder.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        }
    }

    private void run() {
        try {
            while (!closed) {
                Duration wait = unsettled() ? pace.settle() : pace.poll();
                WatchKey key = watch.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
                look();
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            // closed: the end
        }
    }

    private synchronized boolean unsettled() {
        return files.values().stream().anyMatch(WatchedFile::unsettled);
    }

    @Override
    public synchronized void look() {
        List<Path> present = present();
        // Those of operators stay although they, or their folder, cannot be seen: nobody but the control plane removes
        // them.
        boolean changed = files.entrySet()
                .removeIf(entry -> !entry.getValue().ofOperators() && !present.contains(entry.getKey()));
        for (Path file : present) {
            changed |= files.computeIfAbsent(file, this::watched).look(pace, System.nanoTime(), announced.get(file));
        }
        if (changed) {
            publish(new Merge().of(inOrder(present)));
        }
    }

    @Override
    public synchronized void announce(WrittenFile file) {
        announced.put(file.parsed().file().toAbsolutePath(), file);
    }

    /** Those of operators last. */
    private List<WatchedFile> inOrder(List<Path> present) {
        Stream<WatchedFile> others =
                present.stream().map(files::get).filter(Objects::nonNull).filter(file -> !file.ofOperators());
        return Stream.concat(others, files.values().stream().filter(WatchedFile::ofOperators))
                .toList();
    }

    private WatchedFile watched(Path file) {
        return new WatchedFile(file, operators != null && operators.equals(file.getParent()));
    }

    private List<Path> present() {
        List<Path> present = new ArrayList<>();
        for (Path source : sources) {
            if (Files.isDirectory(source)) {
                present.addAll(yamlFiles(source));
            } else {
                present.add(source);
            }
        }
        return present;
    }

    private static List<Path> yamlFiles(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(FileRegistry::isYaml)
                    .sorted()
                    .limit(MAX_FILES)
                    .toList();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("folder", folder).setCause(e).log("cannot list a registry's folder");
            return List.of();
        }
    }

    /** Whether a file of a folder is read. */
    public static boolean isYaml(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"));
    }

    private void publish(Merge merge) {
        State before = state;
        State now = new State(merge.snapshot(), merge.errors(), merge.places());
        state = now;
        if (before.equals(now)) {
            return;
        }
        now.errors()
                .forEach(error -> LOG.atError()
                        .addKeyValue("file", error.file())
                        .addKeyValue("line", error.line())
                        .log("refused, the last valid state stays: {}", error.reason()));
        for (Listener listener : listeners) {
            try {
                listener.changed(now.snapshot(), now.errors());
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("a listener of the registry failed");
            }
        }
    }
}
