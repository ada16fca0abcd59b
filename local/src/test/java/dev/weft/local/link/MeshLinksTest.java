package dev.weft.local.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.launch.MeshLauncher;
import dev.weft.local.launch.UpOptions;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.StateDirectories;
import dev.weft.testing.Programs;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wire between meshes of unmeshed workloads, of which one poses as a sidecar by listening on the tunnels' port. */
final class MeshLinksTest {

    private static final int ROOT = 0;
    private static final int TUNNEL = 15008;
    private static final String FILE = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: tunnel, namespace: shop}
            spec: {meshed: false, command: [socat, "TCP6-LISTEN:15008,fork,reuseaddr,ipv6only=0", "SYSTEM:echo $(hostname)"], ports: [{port: 15008}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: plain, namespace: shop}
            spec: {meshed: false, command: [socat, "TCP6-LISTEN:8080,fork,reuseaddr,ipv6only=0", "SYSTEM:echo $(hostname)"], ports: [{port: 8080}]}
            """;

    @TempDir
    Path home;

    private final MeshLinks links = new MeshLinks(ROOT);
    private StateDirectories directories = new StateDirectories(Path.of("/"), false);
    private MeshLauncher launcher = new MeshLauncher(directories, _ -> {});

    @BeforeEach
    void setUp() throws IOException {
        Files.writeString(home.resolve("mesh.yaml"), FILE);
        directories = new StateDirectories(home.resolve("state"), true);
        launcher = new MeshLauncher(directories, _ -> {});
    }

    @AfterEach
    void down() throws Exception {
        for (MeshHandle mesh : new Meshes(directories).list()) {
            launcher.down(mesh.name());
        }
        assertThat(directories.parent()).doesNotExist();
    }

    @Test
    void letsTunnelsAcrossAndNothingElse() throws Exception {
        MeshHandle a = up("a", "a.example");
        MeshHandle b = up("b", "b.example");
        assertThat(talk(a, b, "tunnel", TUNNEL)).doesNotContain("tunnel\n");
        MeshLink link = links.link(a, b);
        assertThat(link.before()).isFalse();
        assertThat(link.b().bundleEndpoint()).isEqualTo("10.243.0.1:15013");
        assertThat(talk(a, b, "tunnel", TUNNEL)).isEqualTo("tunnel\ntunnel\n");
        assertThat(talk(b, a, "tunnel", TUNNEL)).isEqualTo("tunnel\ntunnel\n");
        assertThat(a.state().links().resolve("mesh1.yaml")).content().contains("b.example");
        assertThat(b.state().links().resolve("mesh0.yaml")).content().contains("a.example");
        assertThat(talk(a, b, "plain", 8080)).contains("refused").doesNotContain("plain\n");
        assertThat(talk(a, b, "plain", 8080, ",sourceport=" + TUNNEL))
                .as("a source port does not make a tunnel")
                .contains("refused")
                .doesNotContain("plain\n");
        onlyControlPlanesAreReached(a, b);
        String tunnel = "TCP:" + b.workload("tunnel").addresses().getFirst() + ":" + TUNNEL + ",connect-timeout=2";
        assertThat(output(a.linkCommand(List.of("socat", "-t", "5", "-", tunnel))))
                .as("from beside the control plane")
                .isEqualTo("tunnel\n");
        theMeshsFileCountsInPlaceOfTheLinksObject(a, b);
        Path object = a.state().links().resolve("mesh1.yaml");
        Files.writeString(object, Files.readString(object).replace("spec:\n", "spec:\n  state: Disabled\n"));
        MeshLink again = links.link(a, b);
        assertThat(again.before()).isTrue();
        assertThat(again.sharedAnchor()).isFalse();
        assertThat(again.b().disabled()).contains("");
        assertThat(again.a().disabled()).isEmpty();
        assertThat(object).content().contains("state: Disabled");
        assertThat(talk(a, b, "tunnel", TUNNEL)).as("linked twice").isEqualTo("tunnel\ntunnel\n");
        links.unlink(b, a);
        assertThat(talk(a, b, "tunnel", TUNNEL)).as("unlinked").doesNotContain("tunnel\n");
        assertThat(a.state().links()).isEmptyDirectory();
        assertThat(b.state().links()).isEmptyDirectory();
        refused("WEFT-L204", () -> links.unlink(a, b));
    }

    /** These meshes have no control planes that could meet. */
    private void theMeshsFileCountsInPlaceOfTheLinksObject(MeshHandle a, MeshHandle b) throws Exception {
        Duration atOnce = Duration.ofMillis(1);
        refused("WEFT-L205", () -> MeshLinks.awaitMeeting(a, b, atOnce));
        Files.writeString(home.resolve("mesh.yaml"), FILE + """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: b.example}
                spec: {state: Disabled, reason: it was stolen}
                """);
        assertThat(links.link(a, b).b().disabled()).contains("it was stolen");
        assertThatThrownBy(() -> MeshLinks.awaitMeeting(a, b, atOnce))
                .isInstanceOfSatisfying(
                        LinkException.class,
                        e -> assertThat(e.advice().getFirst())
                                .contains("mesh.yaml has a TrustDomain b.example, which replaces the link's"));
        Files.writeString(home.resolve("mesh.yaml"), FILE);
    }

    /** Beside the control plane, whose two ports stand open to the other's namespace, and to nobody behind it. */
    private static void onlyControlPlanesAreReached(MeshHandle a, MeshHandle b) throws Exception {
        for (int port : List.of(15_012, 15_013, 15_014, 15_008, 8080)) {
            boolean open = port == 15_012 || port == 15_013;
            Process listener = new ProcessBuilder(b.linkCommand(List.of(
                            "socat", "TCP6-LISTEN:" + port + ",fork,reuseaddr,ipv6only=0", "SYSTEM:echo gateway")))
                    .start();
            try {
                Waiting.until(
                        () -> output(b.linkCommand(List.of("ss", "-Hltn"))).contains(":" + port + " "));
                for (String gateway : List.of("10.243.0.1", "[fd57:e1f7:0:1::1]")) {
                    String target = "TCP:" + gateway + ":" + port + ",connect-timeout=2";
                    List<String> call = List.of("socat", "-t", "5", "-", target);
                    String heard = output(a.linkCommand(call));
                    if (open) {
                        assertThat(heard).as(target).isEqualTo("gateway\n");
                    } else {
                        assertThat(heard).as(target).contains("refused");
                    }
                    assertThat(output(a.exec("plain", call).command()))
                            .as("from a workload to " + target)
                            .doesNotContain("gateway\n");
                }
            } finally {
                listener.descendants().forEach(ProcessHandle::destroyForcibly);
                listener.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void endsWithEitherMesh() throws Exception {
        MeshHandle a = up("a", "a.example");
        MeshHandle b = up("b", "b.example");
        links.link(a, b);
        assertThat(interfaces(a)).contains("mesh1@");
        launcher.down(b.name());
        // The kernel takes its time to remove a namespace.
        Waiting.until(() -> !interfaces(a).contains("mesh1@"));
        Waiting.until(() -> !Files.exists(a.state().links().resolve("mesh1.yaml")));
        assertThat(output(a.linkCommand(List.of("ip", "route")))).doesNotContain("mesh1");
        MeshHandle again = up("b", "b.example");
        links.link(a, again);
        assertThat(talk(a, again, "tunnel", TUNNEL)).isEqualTo("tunnel\ntunnel\n");
    }

    @Test
    void refusesWhatCannotBeLinked() throws Exception {
        MeshHandle a = up("a", "a.example");
        MeshHandle twin = up("twin", "a.example");
        refused("WEFT-L200", () -> new MeshLinks(1000).link(a, twin));
        refused("WEFT-L200", () -> new MeshLinks(1000).unlink(a, twin));
        refused("WEFT-L201", () -> links.link(a, a));
        refused("WEFT-L202", () -> links.link(a, twin));
        launcher.down(twin.name());
        MeshHandle b = up("b", "b.example");
        // Without its gateway's address the kernel refuses a's route, which stands for whatever it may refuse.
        output(a.linkCommand(List.of("ip", "addr", "del", "10.244.0.1/16", "dev", "weft0")));
        refused("WEFT-L203", () -> links.link(a, b));
        assertThat(interfaces(a)).as("nothing is left of it").doesNotContain("mesh1");
        assertThat(a.state().links()).isEmptyDirectory();
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LinkException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private MeshHandle up(String name, String trustDomain) throws Exception {
        Duration minute = Duration.ofMinutes(1);
        UpOptions options = new UpOptions(
                home.resolve("mesh.yaml"),
                new MeshName(name),
                trustDomain,
                OptionalInt.empty(),
                Duration.ofHours(1),
                true,
                minute,
                Optional.empty(),
                false);
        return launcher.up(options).handle();
    }

    private static String interfaces(MeshHandle mesh) throws Exception {
        return output(mesh.linkCommand(List.of("ip", "-oneline", "link")));
    }

    /** What a workload of one mesh hears from a workload of the other, over IPv4 and then IPv6. */
    private static String talk(MeshHandle from, MeshHandle to, String workload, int port, String... options)
            throws Exception {
        StringBuilder heard = new StringBuilder();
        for (String address : to.workload(workload).addresses()) {
            String host = address.contains(":") ? "[" + address + "]" : address;
            String target = "TCP:" + host + ":" + port + ",connect-timeout=2" + String.join("", options);
            heard.append(output(
                    from.exec("plain", List.of("socat", "-t", "5", "-", target)).command()));
        }
        return heard.toString();
    }

    private static String output(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return Programs.output(process);
    }
}
