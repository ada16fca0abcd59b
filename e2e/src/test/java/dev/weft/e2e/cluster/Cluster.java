package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The cluster that KUBECONFIG names, with Weft in it as {@code weft install} says. */
final class Cluster {

    /** Of sidecar, init container and control plane; the nodes have it, or can get it. */
    static final String IMAGE = environment("WEFT_IMAGE", "weft:dev");
    /** What an upgrade comes to; empty where there is none. */
    static final String OTHER_IMAGE = environment("WEFT_OTHER_IMAGE", "");
    /** Of the workloads: busybox with sh, httpd, wget and nc. */
    static final String TEST_IMAGE = environment("WEFT_TEST_IMAGE", "docker.io/library/bb:1");
    /** Flags of {@code weft install} beside the image, as this cluster needs them. */
    private static final String INSTALL_FLAGS = environment("WEFT_INSTALL_FLAGS", "");

    /** What injects pods: of {@code weft install --admission}. */
    private static final String ADMISSION = environment("WEFT_ADMISSION", "");

    private static final Duration LIMIT = Duration.ofMinutes(4);

    private Cluster() {}

    /** Skips the test unless it may use a cluster. KUBECONFIG alone is not a permission: many have it set. */
    static void assumed() throws Exception {
        assumeTrue(Boolean.getBoolean("weft.cluster"), "not asked for a cluster: make test-cluster does");
        assumeTrue(Files.isRegularFile(Path.of(environment("KUBECONFIG", ""))), "no cluster: KUBECONFIG names no file");
        assumeTrue(kubectl("version", "--request-timeout=10s").exit() == 0, "no cluster answers to KUBECONFIG");
    }

    /** Skips the test unless it may use a cluster; installs Weft there unless it is. */
    static void installed() throws Exception {
        assumed();
        if (kubectl("get", "deployment/weft-control", "-n", "weft-system", "--ignore-not-found", "-o", "name")
                .ok()
                .out()
                .isBlank()) {
            install();
        }
        awaitControlPlane();
    }

    /** Applies what {@code weft install} prints for this cluster with these flags beside. */
    static void install(String... more) throws Exception {
        List<String> flags = new ArrayList<>(List.of("--admission", admission(), "--image", IMAGE));
        Stream.of(INSTALL_FLAGS.split("\\s+")).filter(flag -> !flag.isEmpty()).forEach(flags::add);
        flags.addAll(List.of(more));
        apply(weft("install", flags));
    }

    /** What {@code weft uninstall} prints for this cluster, the kinds included. */
    static String uninstall() throws Exception {
        return weft("uninstall", List.of("--admission", admission(), "--kinds"));
    }

    /** What {@code weft upgrade} prints for this cluster. */
    static String upgrade(String image) throws Exception {
        return weft("upgrade", List.of("--image", image));
    }

    /** What a command of weft prints. */
    static String weft(String command, List<String> flags) throws Exception {
        List<String> line = new ArrayList<>(List.of(Mesh.weft().toString(), command));
        line.addAll(flags);
        return Shell.run(line, Map.of("NO_COLOR", "1"), LIMIT).ok().out();
    }

    /** What WEFT_ADMISSION says, else the version of MutatingAdmissionPolicy that a Kubernetes of this version has. */
    private static String admission() throws Exception {
        if (!ADMISSION.isEmpty()) {
            return ADMISSION;
        }
        JsonNode version = JsonMapper.builder()
                .build()
                .readTree(kubectl("version", "-o", "json").ok().out())
                .path("serverVersion");
        int minor = Integer.parseInt(version.path("minor").asString("0").replaceAll("[^0-9]", ""));
        return switch (minor) {
            case 33 -> "v1alpha1";
            case 34, 35 -> "v1beta1";
            default -> "v1";
        };
    }

    /** Returns when the control plane that is wanted now runs, and no other. */
    static void awaitControlPlane() throws Exception {
        kubectl("rollout", "status", "deployment/weft-control", "-n", "weft-system", "--timeout=180s")
                .ok();
    }

    /** Applies these objects; they must be accepted. */
    static void apply(String yaml) throws Exception {
        assertThat(with(yaml, "apply", "-f").ok().out()).isNotBlank();
    }

    /** Runs kubectl with a file of these objects as its last argument. */
    static Ran with(String yaml, String... arguments) throws Exception {
        Path file = Files.createTempFile("weft-cluster-", ".yaml");
        try {
            Files.writeString(file, yaml);
            return kubectl(Stream.concat(Stream.of(arguments), Stream.of(file.toString()))
                    .toArray(String[]::new));
        } finally {
            Files.delete(file);
        }
    }

    static Ran kubectl(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("kubectl"));
        line.addAll(List.of(arguments));
        return Shell.run(line, Map.of(), LIMIT);
    }

    private static String environment(String name, String fallback) {
        return Objects.requireNonNullElse(System.getenv(name), fallback);
    }
}
