package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.Printed;
import dev.weft.cli.failure.ExitCode;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An operator who rotates, at a mesh whose sidecars never come. */
final class RotatingOperator implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private TestMesh mesh;
    private Printed printed = new Printed();

    /** At a mesh that has no workload. */
    RotatingOperator(Path folder) throws IOException {
        this.folder = folder;
        this.mesh = new TestMesh(folder);
    }

    /** From now on at a mesh with sidecars that never connect: a rotation waits for them. */
    void meshed(String... workloads) throws IOException {
        mesh = new TestMesh(folder.resolve("meshed"), workloads);
        mesh.start();
    }

    TestMesh mesh() {
        return mesh;
    }

    /** What the last command printed. */
    Printed printed() {
        return printed;
    }

    /** Nobody is there to answer. */
    static Optional<String> nobody(String question) {
        return Optional.empty();
    }

    int run(String... arguments) {
        return run(RotatingOperator::nobody, arguments);
    }

    int run(Function<String, Optional<String>> person, String... arguments) {
        printed = new Printed();
        return mesh.run(printed, person, arguments);
    }

    JsonNode json(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("-o", "json"));
        assertThat(run(line.toArray(String[]::new))).as(printed.err()).isZero();
        return JSON.readTree(printed.out());
    }

    String anchorKey() {
        return json("trust", "show").path("anchors").path(0).path("keySha256").asString();
    }

    String issuerKey() {
        return json("trust", "show").path("issuers").path(0).path("keySha256").asString();
    }

    /** Begins a rotation that waits for its sidecars. */
    void waiting(String... more) {
        List<String> line = new ArrayList<>(List.of("trust", "rotate", "--timeout", "1s"));
        line.addAll(List.of(more));
        assertThat(run(line.toArray(String[]::new))).as(printed.err()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("has not ended after 1s at 'publish the new anchor', 0 of")
                .contains("WEFT-T013");
    }

    String path(String name) {
        return folder.resolve(name).toString();
    }

    /** An anchor as {@code weft trust init} makes one, without the passphrase that takes a while to apply. */
    void anchor(String name) throws IOException {
        TrustAnchor anchor = TrustAnchors.create(name, Duration.ofDays(900), Clock.systemUTC());
        PrivateFiles.createDirectory(folder.resolve(name));
        PrivateFiles.replace(
                folder.resolve(name).resolve("anchor.pem"),
                Pem.encodeCertificates(List.of(anchor.certificate())),
                PrivateFiles.PUBLIC);
        PrivateFiles.replace(
                folder.resolve(name).resolve("anchor-key.pem"),
                Pem.encodePrivateKey(anchor.key()),
                PrivateFiles.PRIVATE);
    }

    /** Whether any file of the mesh has the key, in PEM. */
    boolean inState(PrivateKey key) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        String line = body.lines().skip(1).findFirst().orElseThrow();
        try (Stream<Path> files = Files.walk(mesh.state().directory())) {
            return files.filter(Files::isRegularFile).anyMatch(file -> {
                try {
                    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(line);
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    @Override
    public void close() {
        mesh.close();
    }
}
