package dev.weft.local.launch;

import dev.weft.control.state.ControlState;
import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.inspect.NoSuchMeshException;
import dev.weft.local.state.KeptAnchors;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Starts and stops meshes.
 *
 * <p>All of a mesh is in one set of namespaces. Their first process is a shell that waits for the supervisor. The
 * process that created them, the keeper, waits for the shell, and the kernel kills the shell with the keeper. So when
 * keeper, shell or supervisor ends, the kernel ends every process of the mesh, and with them its networks and rules.
 */
public final class MeshLauncher {

    /** The line on standard input that tells the supervisor to outlive the command that started it. */
    public static final String DETACH = "detach";

    private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(10);

    private final StateDirectories directories;
    private final Consumer<String> progress;

    /** @param progress receives a sentence for each event while it happens */
    public MeshLauncher(StateDirectories directories, Consumer<String> progress) {
        this.directories = directories;
        this.progress = progress;
    }

    /**
     * Starts a mesh, and waits until every workload is ready. If it throws, nothing of the mesh is left, unless the
     * options ask to keep it.
     *
     * @throws MeshStartException if the file is wrong, this machine lacks something, or a workload did not become ready
     */
    public RunningMesh up(UpOptions options) throws IOException, InterruptedException {
        check(options.file());
        boolean root = Prerequisites.check();
        NetworkChoice networks = new NetworkChoice(directories);
        MeshRecord draft = draft(options, networks.of(options));
        MeshState state = claim(options.name(), draft);
        boolean up = false;
        boolean leftAsItIs = false;
        try {
            MeshRecord record = networks.settle(options, draft);
            progress.accept("starting mesh " + options.name() + " from " + options.file());
            if (options.issuer().isPresent()) {
                begin(state, options.issuer().get());
            }
            Process keeper = KeeperProcess.start(options, record.network(), state, root);
            ProcessRef reference = ProcessRef.of(keeper.pid())
                    .orElseThrow(
                            () -> new MeshStartException("the mesh ended at once", LogTail.of(state.supervisorLog())));
            StateFiles.writeJson(state.record(), record.keptBy(reference));
            try {
                new StartWatch(options, state, keeper, progress).awaitUp();
            } catch (MeshStartException e) {
                leftAsItIs = keep(options, keeper);
                throw leftAsItIs ? e.withMeshKept() : e;
            }
            if (options.detach()) {
                KeeperProcess.release(keeper);
            }
            MeshHandle handle = new MeshHandle(options.name(), state, record.keptBy(reference));
            RunningMesh running = new RunningMesh(this, handle, keeper);
            up = true;
            return running;
        } finally {
            if (!up && !leftAsItIs) {
                end(options.name(), state);
            }
        }
    }

    /** Checks the file that describes a mesh, before anything is started. */
    private static void check(Path file) throws MeshStartException {
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            throw new MeshStartException(
                    "%s cannot be read (expected: a YAML file, which the mesh then follows)".formatted(file),
                    List.of());
        }
        Parsed parsed = RegistryFiles.parse(file);
        if (!parsed.valid()) {
            throw new MeshStartException(
                    "%s is not valid; nothing was started".formatted(file),
                    parsed.errors().stream().map(FileError::toString).toList());
        }
    }

    /** Initializes the mesh's state with an issuer that exists already. */
    private static void begin(MeshState state, GivenIssuer given) throws IOException {
        ControlState.begin(state.control(), given.anchors(), given.issuer(), Clock.systemUTC());
        KeptAnchors kept = new KeptAnchors(state);
        for (X509Certificate anchor : given.anchors()) {
            kept.add(anchor);
        }
    }

    private static MeshRecord draft(UpOptions options, int network) {
        return new MeshRecord(
                options.name().value(),
                options.file().toString(),
                options.trustDomain(),
                network,
                options.detach(),
                Instant.now(),
                ProcessRef.self(),
                Optional.empty());
    }

    /** Leaves a mesh that did not become ready as it is, so the user can examine it. */
    private static boolean keep(UpOptions options, Process keeper) throws IOException {
        if (!options.keepOnFailure() || !keeper.isAlive()) {
            return false;
        }
        KeeperProcess.release(keeper);
        return true;
    }

    /**
     * Stops a mesh: applications first, then sidecars, then the control plane. Also removes the remains of an
     * incomplete mesh. Returns when nothing is left.
     *
     * @throws NoSuchMeshException if there is no mesh of this name
     */
    public void down(MeshName name) throws IOException, InterruptedException {
        MeshState state = directories.of(name);
        if (!Files.isDirectory(state.directory())) {
            new Meshes(directories).require(name);
        }
        end(name, state);
    }

    /** Ends and removes all parts of a mesh that exist. */
    private void end(MeshName name, MeshState state) throws IOException, InterruptedException {
        for (ProcessRef keeper : KeeperProcess.find(state)) {
            progress.accept("stopping mesh " + name);
            KeeperProcess.stop(keeper, EXIT_TIMEOUT.plus(MeshLimits.SHUTDOWN));
        }
        StateFiles.deleteTree(state.directory());
        if (directories.ours()) {
            removeIfEmpty(directories.parent());
        }
    }

    /** Creates the state directory, which is also the lock. It appears atomically with the record of its owner. */
    private MeshState claim(MeshName name, MeshRecord record) throws IOException, InterruptedException {
        directories.create();
        MeshState state = directories.of(name);
        Optional<MeshHandle> other = new Meshes(directories).find(name);
        if (other.isPresent() && other.get().alive()) {
            throw new MeshStartException(
                    "mesh %s is up already, from %s"
                            .formatted(name, other.get().record().file()),
                    List.of("take it down with `weft down --mesh %s`, or give this one another --mesh"
                            .formatted(name)));
        }
        if (Files.exists(state.directory())) {
            progress.accept("removing what is left of an earlier mesh " + name);
            end(name, state);
            directories.create();
        }
        Path draft = Files.createTempDirectory(directories.parent(), "." + name + "-");
        try {
            StateFiles.writeJson(draft.resolve("mesh.json"), record);
            // rename(2) onto a directory that is not empty fails: if two processes claim the name, one wins.
            Files.move(draft, state.directory(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            StateFiles.deleteTree(draft);
            throw new MeshStartException(
                    "cannot claim the name %s: another `weft up` has it, or %s cannot be written"
                            .formatted(name, directories.parent()),
                    List.of(String.valueOf(e.getMessage())));
        }
        return state;
    }

    private static void removeIfEmpty(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // The directory contains other meshes of this user.
            return;
        }
    }
}
