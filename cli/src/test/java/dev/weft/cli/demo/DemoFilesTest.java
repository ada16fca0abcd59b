package dev.weft.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoFilesTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path programs;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DemoFiles files;

    @BeforeEach
    void create() throws IOException {
        Path nginx = programs.resolve("nginx");
        if (!Files.exists(nginx)) {
            Files.writeString(nginx, "#!/bin/sh\n");
            assertThat(nginx.toFile().setExecutable(true)).isTrue();
        }
        files = DemoFiles.create(Map.of("PATH", programs.toString()));
    }

    @AfterEach
    void delete() throws IOException {
        files.delete();
        assertThat(files.mesh().getParent()).doesNotExist();
    }

    private boolean mayCall(String account) {
        Parsed mesh = RegistryFiles.parse(files.mesh());
        assertThat(mesh.errors()).isEmpty();
        var api = Objects.requireNonNull(mesh.objects().workloads().get(new ObjectName("shop", "api")));
        Peer peer = new Peer(SpiffeId.ofServiceAccount(DOMAIN, "shop", account), InetAddress.ofLiteral("10.244.0.9"));
        return CompiledPolicies.compile(DOMAIN, mesh.objects().policySetFor(api))
                .decide(peer, WebServer.PORT)
                .allowed();
    }

    @Test
    void letsOnlyWebCallAtFirst() {
        assertThat(mayCall("web")).isTrue();
        assertThat(mayCall("batch")).isFalse();
    }

    @Test
    void letsThoseCallThatItIsToldTo() throws IOException {
        files.allow(List.of("web", "batch"));
        assertThat(mayCall("batch")).isTrue();
        files.allow(List.of("web"));
        assertThat(mayCall("batch")).isFalse();
    }

    @Test
    void fillsThePageWithTheMarker() throws IOException {
        String page = Files.readString(
                Objects.requireNonNull(files.mesh().getParent()).resolve("www/secret.txt"));
        String marker = new String(files.marker(), java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(page.replace("\n", "")).hasSize((int) files.markerBytes()).startsWith(marker);
        assertThat(files.server().name()).isEqualTo("nginx");
    }

    @Test
    void removesTheFolderOfAKeptMeshThatWasTakenDownAndLeavesOthers() throws IOException {
        DemoFiles kept = DemoFiles.create(Map.of("PATH", programs.toString()));
        kept.keep();
        DemoFiles.removeEarlier(Optional.empty());
        assertThat(kept.mesh()).exists();
        DemoFiles.removeEarlier(Optional.of(kept.mesh()));
        assertThat(kept.mesh()).doesNotExist();
        assertThat(files.mesh()).exists();
    }
}
