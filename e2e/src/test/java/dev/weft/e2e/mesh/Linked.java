package dev.weft.e2e.mesh;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Meshes side by side that are linked, and what goes across. */
public final class Linked {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Linked() {}

    /**
     * A mesh to be brought up.
     *
     * @param options more of them for {@code weft up}
     */
    public record Wanted(String trustDomain, String yaml, List<String> options) {}

    /** Brings meshes up at the same time, with their state in one folder. */
    public static List<Mesh> up(Path home, Wanted... wanted) throws Exception {
        List<Mesh> meshes = new ArrayList<>();
        try (ExecutorService starting = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Mesh>> started = IntStream.range(0, wanted.length)
                    .mapToObj(number -> starting.submit(() -> up(home, wanted[number], number)))
                    .toList();
            for (Future<Mesh> mesh : started) {
                meshes.add(mesh.get());
            }
        }
        return meshes;
    }

    private static Mesh up(Path home, Wanted wanted, int network) throws Exception {
        Stream<String> own = Stream.of("--trust-domain", wanted.trustDomain(), "--network", Integer.toString(network));
        return Mesh.upIn(
                home,
                wanted.yaml(),
                Stream.concat(own, wanted.options().stream()).toArray(String[]::new));
    }

    /** Links two of them; returns what the command says. */
    public static JsonNode link(Mesh one, Mesh other) throws Exception {
        return JSON.readTree(
                one.unnamed("link", one.name(), other.name(), "-o", "json").ok().out());
    }

    /** What an echo server answers to hello of this mesh's web; nothing when it is not reached. */
    public static String echoed(Mesh mesh, String target) throws Exception {
        return mesh.exec("shop/web", "sh", "-c", "printf hello | socat -t 15 - TCP:" + target)
                .out();
    }

    /** What comes of a CONNECT to a mesh's echo by this certificate, from the link between another's workloads. */
    public static String handshake(Mesh from, Mesh called, Forger.Leaf leaf) throws Exception {
        return handshake(namespace(from), called.address("shop/echo"), leaf);
    }

    /** The network namespace of the link between a mesh's workloads. */
    public static String namespace(Mesh mesh) throws Exception {
        return "/proc/" + mesh.json("ps").path("controlPlane").path("pid").asLong() + "/ns/net";
    }

    /** The same, from a network namespace to the address of an echo server. */
    public static String handshake(String namespace, String address, Forger.Leaf leaf) throws Exception {
        Process curl = new ProcessBuilder(
                        "nsenter",
                        "--net=" + namespace,
                        "curl",
                        "-sSv",
                        "-m",
                        "30",
                        "--proxy-http2",
                        "-p",
                        "-x",
                        "https://" + address + ":15008",
                        "--proxy-insecure",
                        "--proxy-cert",
                        leaf.chain().toString(),
                        "--proxy-key",
                        leaf.key().toString(),
                        "http://" + address + ":9002/")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines = curl.errorReader()) {
            // An echo server is no web server: once there is a tunnel, nothing comes that would end the program.
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                if (line.contains("tunnel established")) {
                    break;
                }
            }
        } finally {
            curl.destroyForcibly().waitFor();
        }
        return said.toString();
    }

    /** Takes them down at the same time. */
    public static void down(List<Mesh> meshes) throws Exception {
        try (ExecutorService stopping = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> stopped = new ArrayList<>();
            for (Mesh mesh : meshes) {
                stopped.add(stopping.submit(() -> {
                    mesh.close();
                    return null;
                }));
            }
            for (Future<?> each : stopped) {
                each.get();
            }
        }
    }
}
