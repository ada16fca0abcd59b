package dev.weft.cli.demo;

import dev.weft.cli.command.Interruption;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Progress;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.launch.MeshLauncher;
import dev.weft.local.launch.RunningMesh;
import dev.weft.local.launch.UpOptions;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = "Show Weft in a minute: who calls whom, what the wire carries, who is refused and why.",
        footer = {
            "  weft demo",
            "  weft demo --keep            # leaves its mesh up, to look around in",
            "",
            "Each line is measured as it happens. Exits 0 only if every step held.",
        })
public final class DemoCommand extends SessionCommand {

    private static final MeshName NAME = new MeshName("demo");
    private static final Duration LEAF_LIFETIME = Duration.ofMinutes(1);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final StateDirectories directories;

    @Option(names = "--keep", description = "leave the mesh up afterwards; 'weft down --mesh demo' takes it down")
    private boolean keep;

    public DemoCommand(Session session, StateDirectories directories) {
        super(session);
        this.directories = directories;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long started = System.nanoTime();
        Screen screen = session.screen();
        removeEarlier();
        DemoFiles files = DemoFiles.create(session.environment());
        Teller teller = new Teller(screen);
        screen.line(screen.paint(Style.STRONG, "Weft: programs that know nothing of TLS talk mutual TLS"));
        try (Interruption interruption = Interruption.cleaningUp(() -> interrupted(files))) {
            RunningMesh mesh = interruption.guard(() -> start(teller, files));
            interruption.guard(() -> {
                tell(teller, mesh.handle(), files);
                return mesh;
            });
            if (keep) {
                files.keep();
            } else {
                cleanUp(files);
            }
        } catch (IOException | RuntimeException e) {
            cleanUp(files);
            throw e;
        }
        conclude(teller, files, Duration.ofNanos(System.nanoTime() - started));
        return teller.failures() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Runs all chapters. A claim that does not hold is printed too, and the story continues. */
    private static void tell(Teller teller, MeshHandle mesh, DemoFiles files) throws IOException, InterruptedException {
        Scene scene = new Scene(mesh, files);
        // First of all, so that the capture sees the first tunnel between the two from its first byte.
        new WireChapter(scene, teller).tell();
        try (Load load = Load.start(scene)) {
            RotationChapter rotation = new RotationChapter(scene, teller, load);
            new RefusalChapter(scene, teller).tell();
            new PolicyChapter(scene, teller, load).tell();
            rotation.tell();
        }
    }

    private RunningMesh start(Teller teller, DemoFiles files) throws IOException, InterruptedException {
        teller.chapter("A mesh of network namespaces: " + files.server().name() + " and curl, unchanged");
        long started = System.nanoTime();
        RunningMesh mesh;
        try (Progress progress = new Progress(quiet(session.screen()))) {
            mesh = new MeshLauncher(directories, progress::step)
                    .up(new UpOptions(
                            files.mesh(),
                            NAME,
                            "cluster.local",
                            OptionalInt.empty(),
                            LEAF_LIFETIME,
                            keep,
                            START_TIMEOUT,
                            Optional.empty(),
                            false));
        }
        var workloads = mesh.handle().ps().workloads();
        long meshed = workloads.stream().filter(workload -> workload.meshed()).count();
        teller.check(
                workloads.stream().allMatch(workload -> workload.ready()),
                workloads.size() + " workloads, " + meshed + " of them with a sidecar, ready after "
                        + seconds(Duration.ofNanos(System.nanoTime() - started)));
        return mesh;
    }

    /** Returns a screen for progress: without a terminal, only the story is printed. */
    private static Screen quiet(Screen screen) {
        return screen.errTerminal()
                ? screen
                : Screen.plain(screen.out(), new java.io.PrintWriter(java.io.Writer.nullWriter()));
    }

    /** Removes what an earlier run left, whether it was kept or killed. */
    private void removeEarlier() throws IOException, InterruptedException {
        Optional<MeshHandle> earlier = session.meshes().find(NAME);
        boolean running = earlier.filter(mesh -> mesh.alive() && !mesh.record().detached())
                .isPresent();
        if (earlier.isPresent() && !running) {
            new MeshLauncher(directories, line -> {}).down(NAME);
        }
        DemoFiles.removeEarlier(
                running
                        ? Optional.empty()
                        : earlier.map(mesh -> Path.of(mesh.record().file())));
    }

    private void interrupted(DemoFiles files) {
        session.screen().note(System.lineSeparator() + "interrupted: taking the demo's mesh down");
        cleanUp(files);
    }

    private void cleanUp(DemoFiles files) {
        try {
            if (ours(files)) {
                new MeshLauncher(directories, line -> {}).down(NAME);
            }
            files.delete();
        } catch (IOException e) {
            session.screen().note("weft: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the mesh named demo belongs to this run, and not to another that runs at the same time. */
    private boolean ours(DemoFiles files) throws IOException {
        return Files.isDirectory(directories.of(NAME).directory())
                && session.meshes()
                        .find(NAME)
                        .filter(mesh -> mesh.record().file().equals(files.mesh().toString()))
                        .isPresent();
    }

    private void conclude(Teller teller, DemoFiles files, Duration took) {
        Screen screen = session.screen();
        teller.say("");
        teller.say(
                teller.failures() == 0
                        ? screen.paint(Style.GOOD, "Every step held") + " (" + seconds(took) + ")."
                        : screen.paint(Style.BAD, "Not every step held: " + teller.failures() + " failed") + " ("
                                + seconds(took) + ").");
        teller.say("");
        if (keep) {
            teller.say("The mesh is up. Look around in it, and change its file " + files.mesh() + ":");
            command(teller, "weft status --mesh demo", "each sidecar's identity, certificate, policy");
            command(teller, "weft connections --mesh demo", "who calls whom now");
            command(teller, "weft exec --mesh demo shop/web -- curl -s http://api.shop/hello.txt", "");
            command(teller, "weft policy explain --mesh demo --from shop/batch --to shop/api:8080", "");
            command(teller, "weft down --mesh demo", "");
        } else {
            teller.say("The mesh is down, nothing of it is left. Go on with:");
            command(teller, "weft demo --keep", "the same, and the mesh stays up to look around in");
            command(teller, "weft up FILE", "a mesh of your own; README.md has an example");
            command(teller, "weft --help", "");
        }
    }

    private void command(Teller teller, String command, String what) {
        String padded = what.isEmpty() ? command : String.format("%-30s", command);
        teller.say("  " + teller.name("./" + padded) + (what.isEmpty() ? "" : "  " + what));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
