package dev.weft.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A mesh that the built command has brought up, and everything a user can do with it. */
public final class Mesh implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(4);
    /** Commands whose options come after a second word. */
    private static final Set<String> GROUPS = Set.of("policy", "revoke", "token", "trust", "issuer", "machine");

    private static final String TIMED =
            "b=$(date +%s%N); \"$@\"; s=$?; echo \"took $((($(date +%s%N) - b) / 1000000)) ms\" >&2; exit $s";
    private static final Pattern TOOK = Pattern.compile("took ([0-9]+) ms\n$");

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final Path directory;
    private final Path home;
    private final Path file;
    private final List<String> command;

    private Mesh(String name, Path directory, Path home, List<String> command) {
        this.name = name;
        this.directory = directory;
        this.home = home;
        this.file = directory.resolve("mesh.yaml");
        this.command = command;
    }

    /** Brings a mesh of the file's text up and waits until it is ready; options go to {@code weft up}. */
    public static Mesh up(String yaml, String... options) throws Exception {
        return prepare(List.of(weft().toString())).bringUp(yaml, options);
    }

    /** The same, whose sidecars renew their certificates at this pace, and not at half of their life. */
    public static Mesh upRenewing(Duration pace, String yaml, String... options) throws Exception {
        return prepareRenewing(pace).bringUp(yaml, options);
    }

    /** The same, with its state in a folder that other meshes share, so that they can be linked. */
    public static Mesh upIn(Path home, String yaml, String... options) throws Exception {
        return upIn(home, List.of(weft().toString()), yaml, options);
    }

    /** The same, run by the given command in place of the checkout's own. */
    public static Mesh upIn(Path home, List<String> command, String yaml, String... options) throws Exception {
        Mesh own = prepare(command);
        return new Mesh(own.name, own.directory, home, own.command).bringUp(yaml, options);
    }

    private Mesh bringUp(String yaml, String... options) throws Exception {
        write(yaml);
        List<String> arguments = new ArrayList<>(List.of("up", file.toString(), "--detach", "--start-timeout", "3m"));
        arguments.addAll(List.of(options));
        try {
            weft(arguments.toArray(String[]::new)).ok();
        } catch (AssertionError failure) {
            close();
            throw failure;
        }
        return this;
    }

    /** A mesh that is not up yet, run by the given command in place of the checkout's own. */
    public static Mesh prepare(List<String> command) throws IOException {
        String name = "e2e-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        Path directory = Files.createTempDirectory("weft-e2e-");
        Files.setPosixFilePermissions(directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Mesh(name, directory, directory.resolve("home"), command);
    }

    /** A mesh that is not up yet, whose sidecars will renew their certificates at this pace. */
    public static Mesh prepareRenewing(Duration pace) throws IOException {
        String flag = "WEFT_SIDECAR_JVM=-Dweft.soak.renew-after-millis=" + pace.toMillis();
        return prepare(List.of("env", flag, weft().toString()));
    }

    /** The built command at the root of the checkout. */
    public static Path weft() {
        Path here = Path.of("").toAbsolutePath();
        while (here != null && !Files.isExecutable(here.resolve("weft"))) {
            here = here.getParent();
        }
        if (here == null) {
            throw new AssertionError("no ./weft above " + Path.of("").toAbsolutePath() + " (expected: the checkout)");
        }
        return here.resolve("weft");
    }

    public String name() {
        return name;
    }

    /** A folder of this mesh's own, readable for everybody, gone at the end. */
    public Path directory() {
        return directory;
    }

    public Path file() {
        return file;
    }

    /** Saves a new text of the mesh's file, as an editor does. */
    public void write(String yaml) throws IOException {
        Files.writeString(file, yaml);
    }

    /** The environment that finds this mesh. */
    public Map<String, String> environment() {
        return Map.of("WEFT_HOME", home.toString(), "NO_COLOR", "1");
    }

    /** The state directory of this mesh. */
    public Path state() {
        return home.resolve(name);
    }

    /** Runs a subcommand of {@code weft} against this mesh. */
    public Ran weft(String... arguments) throws Exception {
        return Shell.run(commandLine(arguments), environment(), COMMAND_LIMIT);
    }

    /** Runs a subcommand that names the meshes it is about itself. */
    public Ran unnamed(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        return Shell.run(line, environment(), COMMAND_LIMIT);
    }

    /** Runs a subcommand and reads its JSON. */
    public JsonNode json(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        return JSON.readTree(weft(all.toArray(String[]::new)).ok().out());
    }

    /** Runs a program inside a workload's network namespace. */
    public Ran exec(String workload, String... program) throws Exception {
        return weft(execArguments(workload, program));
    }

    /** The same, and how long the program itself took, without the command that starts it. */
    public Ran timed(String workload, String... program) throws Exception {
        List<String> line = new ArrayList<>(List.of("sh", "-c", TIMED, "timed"));
        line.addAll(List.of(program));
        Ran ran = exec(workload, line.toArray(String[]::new));
        Matcher took = TOOK.matcher(ran.err());
        assertThat(took.find()).as(ran::describe).isTrue();
        return new Ran(
                ran.command(), ran.exit(), ran.out(), ran.err(), Duration.ofMillis(Long.parseLong(took.group(1))));
    }

    /** Starts a subcommand of {@code weft} against this mesh, which goes on. */
    public Running started(String... arguments) throws Exception {
        return Shell.start(commandLine(arguments), environment());
    }

    /** Starts a program inside a workload's network namespace. */
    public Running start(String workload, String... program) throws Exception {
        return started(execArguments(workload, program));
    }

    /** The sidecar's or workload's line in {@code weft ps}. */
    public JsonNode ps(String workload) throws Exception {
        for (JsonNode line : json("ps").path("workloads")) {
            if ((line.path("namespace").asString() + "/" + line.path("name").asString()).equals(workload)) {
                return line;
            }
        }
        throw new AssertionError("no workload " + workload + " in weft ps");
    }

    /** Fails unless each sidecar is connected to the control plane. A command that needs the answer of all of them waits for no longer than seconds. */
    public void assertConnected() throws Exception {
        assertThat(json("trust", "show").path("workloads"))
                .isNotEmpty()
                .allMatch(workload -> workload.path("connected").asBoolean());
    }

    /**
     * Waits until a server says something to a workload that says hi to it. A connection alone proves nothing, as the workload's own
     * sidecar accepts it.
     *
     * @param server its host and its port, with a space between
     */
    public void awaitAnswer(String workload, String server) throws Exception {
        Eventually.within(
                SOON,
                () -> assertThat(exec(workload, "sh", "-c", "echo hi | nc -N -w 15 " + server)
                                .out())
                        .as("%s of %s", server, workload)
                        .isNotEmpty());
    }

    /** Waits until a sidecar has logged all of this. */
    public void awaitLogged(String workload, String... words) throws Exception {
        Eventually.within(
                SOON,
                () -> assertThat(weft("logs", workload, "--sidecar").ok().out()).contains(words));
    }

    /** A workload's IPv4 address. */
    public String address(String workload) throws Exception {
        return ps(workload).path("addresses").path(0).asString();
    }

    /** A workload's IPv6 address. */
    public String address6(String workload) throws Exception {
        return ps(workload).path("addresses").path(1).asString();
    }

    /** The resident memory of a process, in KiB. */
    public static long residentKib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new AssertionError("no VmRSS of pid " + pid);
    }

    @Override
    public void close() throws IOException {
        try {
            Ran down = Shell.run(commandLine("down"), environment(), COMMAND_LIMIT);
            assertThat(state()).as("after " + down.describe()).doesNotExist();
            Shell.run("rm", "-rf", directory.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while taking " + name + " down", e);
        }
    }

    private List<String> commandLine(String... arguments) {
        int subcommand = GROUPS.contains(arguments[0]) ? 2 : 1;
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(arguments).subList(0, subcommand));
        line.addAll(List.of("--mesh", name));
        line.addAll(List.of(arguments).subList(subcommand, arguments.length));
        return line;
    }

    private static String[] execArguments(String workload, String... program) {
        List<String> line = new ArrayList<>(List.of("exec", workload, "--"));
        line.addAll(List.of(program));
        return line.toArray(String[]::new);
    }
}
