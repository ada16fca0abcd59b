package dev.weft.cli.join;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.local.inspect.SidecarAdmin;
import dev.weft.local.state.StateFiles;
import dev.weft.local.supervisor.MachineSidecar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The sidecar of a machine, from its start until the machine leaves. At the first join, the capture starts only when
 * the sidecar is ready, so that a bad token does not cut the machine off. On a machine that comes back, the capture
 * starts before the sidecar, so that nothing leaves in plaintext meanwhile.
 */
public final class JoinedMachine implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    /** How long the sidecar may take to stop; longer than it waits itself for its sessions to end. */
    private static final Duration STOP = Duration.ofSeconds(20);

    private static final String DRAIN = "10s";
    /** How often the status of a joined machine's sidecar is read. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final JoinFile join;
    private final Optional<Path> state;
    private final FollowedCapture capture;
    private final Path run;
    private final Process sidecar;
    private final MachineLog log;
    private volatile boolean broken;

    private JoinedMachine(
            JoinFile join, Optional<Path> state, FollowedCapture capture, Path run, Process sidecar, MachineLog log) {
        this.join = join;
        this.state = state;
        this.capture = capture;
        this.run = run;
        this.sidecar = sidecar;
        this.log = log;
    }

    /**
     * Starts the sidecar.
     *
     * @param state directory that keeps the machine's key across restarts; if empty, the key is in memory only
     * @param capture which connections go through the sidecar; if empty, none is captured
     * @param form where the sidecar's log goes
     * @param lines receives each line of the log if the log goes to the command's output
     */
    public static JoinedMachine start(
            JoinFile join,
            Optional<Path> state,
            Optional<Capture> capture,
            String adminAddress,
            MachineLog.Form form,
            Consumer<String> lines)
            throws IOException, InterruptedException {
        Path run = Files.createTempDirectory(
                "weft-join-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        boolean first = state.map(directory -> Files.notExists(directory.resolve("svid.pem")))
                .orElse(true);
        try {
            FollowedCapture followed = new FollowedCapture(capture);
            if (!first) {
                followed.begin();
            }
            MachineLog log =
                    new MachineLog(form, state.filter(Files::isDirectory).orElse(run), lines);
            Process sidecar = log.start(MachineSidecar.process(flags(join, state, capture, run, adminAddress), run));
            // The sidecar's standard input stays open for as long as this process lives: the sidecar ends with this
            // process, even when this process ends by SIGKILL.
            return new JoinedMachine(join, state, followed, run, sidecar, log);
        } catch (IOException | RuntimeException e) {
            StateFiles.deleteTree(run);
            throw e;
        }
    }

    private static List<String> flags(
            JoinFile join, Optional<Path> state, Optional<Capture> capture, Path run, String adminAddress)
            throws IOException {
        JoinFile.Spec spec = join.spec();
        List<String> flags = new ArrayList<>(List.of("--workload", join.workload()));
        flags.addAll(List.of("--service-account", spec.serviceAccount(), "--trust-domain", spec.trustDomain()));
        flags.addAll(List.of("--control-plane", spec.controlPlane()));
        flags.addAll(List.of(
                "--anchors-file",
                Files.writeString(run.resolve("anchors.pem"), spec.anchors()).toString()));
        @Nullable String token = spec.token();
        if (token != null) {
            flags.addAll(List.of(
                    "--token-file", Files.writeString(tokenFile(run), token).toString()));
        }
        state.ifPresent(directory ->
                flags.addAll(List.of("--state-dir", directory.toAbsolutePath().toString())));
        flags.addAll(List.of("--admin-socket", run.resolve("admin.sock").toString()));
        flags.addAll(List.of("--admin-address", adminAddress, "--drain-grace", DRAIN));
        flags.addAll(List.of("--until-input-ends", "true"));
        if (capture.isEmpty()) {
            // The mark keeps the sidecar's own connections out of the capture; setting it takes a privilege.
            flags.addAll(List.of("--mark", "0"));
        } else {
            flags.addAll(List.of("--resolv-conf", FollowedCapture.RESOLV_CONF.toString()));
        }
        return flags;
    }

    /**
     * Waits until the machine has joined, and starts the capture if there is to be one.
     *
     * @param waiting receives what is still missing, at each change
     * @throws CommandFailure if the control plane refuses the machine for good (WEFT-J003), if another server answers
     *     in its place (WEFT-J008), or if the sidecar ends (WEFT-J004)
     */
    public void awaitJoined(Consumer<String> waiting) throws InterruptedException {
        LastingRefusal refusal = new LastingRefusal(join, state);
        String before = "";
        while (true) {
            MachineState now = state();
            if (now.ready()) {
                break;
            }
            Optional<CommandFailure> lasting = refusal.in(now.refusals());
            if (lasting.isPresent()) {
                throw failed(lasting.get());
            }
            if (now.saysOtherThan(before)) {
                waiting.accept(now.trouble());
            }
            before = now.trouble();
            if (sidecar.waitFor(POLL)) {
                throw ended();
            }
        }
        try {
            Files.deleteIfExists(tokenFile(run));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            capture.follow(admin().status());
        } catch (IOException _) {
            capture.follow(MissingNode.getInstance());
        }
    }

    private MachineState state() {
        try {
            return MachineState.of(admin().status());
        } catch (IOException _) {
            return MachineState.unknown("the sidecar starts");
        }
    }

    /** Returns the file of the sidecar's log; empty where the log is part of the command's output. */
    public Optional<Path> log() {
        return log.file();
    }

    /** Returns the admin interface of the sidecar. */
    public SidecarAdmin admin() {
        return new SidecarAdmin(join.workload(), run.resolve("admin.sock"));
    }

    /**
     * Waits until the sidecar ends, which is a failure: a machine leaves by {@link #close}.
     *
     * @param problems receives what is wrong meanwhile, at each change; an empty text when nothing is wrong any more
     * @return WEFT-J004
     */
    public CommandFailure awaitEnd(Consumer<MachineState> problems) throws InterruptedException {
        MachineState before = new MachineState(true, "", List.of());
        while (!sidecar.waitFor(LOOK)) {
            MachineState now = followed(before);
            if (!now.trouble().equals(before.trouble())) {
                problems.accept(now);
            }
            before = now;
        }
        return ended();
    }

    private MachineState followed(MachineState before) throws InterruptedException {
        try {
            JsonNode status = admin().status();
            capture.follow(status);
            return MachineState.of(status);
        } catch (CommandFailure e) {
            return MachineState.unknown(e.what());
        } catch (IOException _) {
            // The sidecar ends, or is too busy to answer: its end will be noticed.
            return before;
        }
    }

    private CommandFailure ended() throws InterruptedException {
        List<String> advice = new ArrayList<>(log.whereToLook());
        if (state.isEmpty()) {
            advice.add("its key was only in its memory: to come back, it needs a new token");
        }
        CommandFailure failure = CommandFailure.failed(
                "WEFT-J004", "the sidecar ended with status " + sidecar.exitValue(), advice.toArray(String[]::new));
        // A sidecar that was asked to stop, also by the terminal's Ctrl-C, ends with 0.
        return sidecar.exitValue() == 0 ? failure : failed(failure);
    }

    /** Marks this machine as failed: from now on, a capture in force stays. */
    private CommandFailure failed(CommandFailure failure) {
        if (!capture.active()) {
            return failure;
        }
        broken = true;
        return failure.with(
                "the capture stays, so that nothing leaves unencrypted: join again, or end it with 'weft proxy leave'");
    }

    /**
     * Leaves the mesh: lets open sessions end within the drain time, stops the sidecar, then removes the capture. After
     * a refusal or a failure of the sidecar the capture stays, so that nothing leaves in plaintext. May be called
     * again.
     */
    @Override
    public synchronized void close() {
        capture.stopFollowing();
        boolean stays = broken || (!sidecar.isAlive() && sidecar.exitValue() != 0);
        // Through the process handle, so that the pipe of the log stays open: the sidecar still logs while it ends.
        boolean _ = sidecar.toHandle().destroy();
        try {
            if (!sidecar.waitFor(STOP)) {
                sidecar.destroyForcibly().waitFor();
            }
            if (!stays) {
                capture.end();
            }
        } catch (InterruptedException _) {
            sidecar.destroyForcibly();
            Thread.currentThread().interrupt();
        } finally {
            deleteFiles();
        }
    }

    private void deleteFiles() {
        try {
            StateFiles.deleteTree(run);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path tokenFile(Path run) {
        return run.resolve("token");
    }
}
