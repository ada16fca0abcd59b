package dev.weft.files.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.files.registry.OperatorFolder.WrittenFile;
import dev.weft.files.state.SealedFile;
import dev.weft.files.yaml.ObjectWriter;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.FullException;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OperatorFilesTest {

    private static final OperatorFolder NOBODY = new OperatorFolder() {
        @Override
        public void announce(WrittenFile file) {}

        @Override
        public void rescan() {}
    };

    private static final Instant END = Instant.parse("2026-02-01T00:00:00Z");
    private static final TrustDomain OTHER = TrustDomain.parse("other.example");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static FileRegistry open(List<Path> sources, Path folder) {
        return FileRegistry.open(sources, folder, LastValidStore.NOTHING, WatchTimings.USUAL);
    }

    @Test
    void areInForceWhenTheChangeReturnsAndLaidOverWhatAFileSays() throws Exception {
        String anchor = dev.weft.identity.keys.Pem.encodeCertificates(List.of(
                TrustAnchors.create("a", Duration.ofDays(1), Clock.systemUTC()).certificate()));
        Path file = directory.resolve("mesh.yaml");
        Files.writeString(
                file,
                "{apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: other.example}, spec: {anchors: \""
                        + anchor.replace("\n", "\\n") + "\"}}");
        Path folder = OperatorFiles.folder(directory);
        try (FileRegistry registry = open(List.of(file), folder)) {
            OperatorFiles objects = OperatorFiles.open(directory, registry);

            objects.put(revocation("a", Optional.of(END)));
            assertThat(registry.current().revocations()).containsOnlyKeys("a");
            objects.disable(TrustDomainObject.disabled(OTHER, Optional.of("stolen")));
            TrustDomainObject other =
                    Objects.requireNonNull(registry.current().trustDomains().get(OTHER));
            assertThat(other.state()).isEqualTo(TrustBundle.State.DISABLED);
            assertThat(other.anchors()).as("the file's").hasSize(1);
            assertThat(other.reason()).contains("stolen");
            assertThat(registry.errors()).isEmpty();

            objects.enable(OTHER);
            assertThat(Objects.requireNonNull(registry.current().trustDomains().get(OTHER))
                            .state())
                    .isEqualTo(TrustBundle.State.ACTIVE);
            objects.remove("a");
            assertThat(registry.current().revocations()).isEmpty();
        }
    }

    @Test
    void areForgottenAfterTheirEnd() throws Exception {
        OperatorFiles objects = OperatorFiles.open(directory, NOBODY);
        objects.put(revocation("ends", Optional.of(END)));
        objects.put(revocation("stays", Optional.empty()));

        objects.forgetEnded(END.minus(Duration.ofHours(1)));
        assertThat(objects.revocation("ends")).isPresent();
        objects.forgetEnded(END);
        assertThat(objects.revocation("ends")).isEmpty();
        assertThat(OperatorFiles.open(directory, NOBODY).revocation("stays")).isPresent();
    }

    @Test
    void aDamagedFileIsNotTakenForAnEmptyOne() throws Exception {
        Path folder = OperatorFiles.folder(directory);
        Files.writeString(folder.resolve("revocations.yaml"), "kind: [");

        assertThatThrownBy(() -> OperatorFiles.open(directory, NOBODY))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("revocations.yaml");
    }

    @Test
    void stayInForceWhenTheirFilesCannotBeSeenAnyMore() throws Exception {
        Path folder = OperatorFiles.folder(directory);
        try (FileRegistry registry = open(List.of(), folder)) {
            OperatorFiles objects = OperatorFiles.open(directory, registry);
            objects.put(revocation("a", Optional.of(END)));
            Files.move(folder, directory.resolve("elsewhere"));
            registry.rescan();
            assertThat(registry.current().revocations()).containsOnlyKeys("a");
        }
    }

    @Test
    void areReadAgainWhenTheirFileIsAnother() throws Exception {
        Path folder = OperatorFiles.folder(directory);
        try (FileRegistry registry = open(List.of(), folder)) {
            OperatorFiles objects = OperatorFiles.open(directory, registry);
            objects.put(revocation("a", Optional.of(END)));
            Path file = folder.resolve("revocations.yaml");

            FileTime later =
                    FileTime.from(Files.getLastModifiedTime(file).toInstant().plusMillis(10));
            Files.writeString(file, rewritten(file, "\"a\"", "\"b\""));
            Files.setLastModifiedTime(file, later);
            registry.rescan();
            assertThat(registry.current().revocations()).as("written over").containsOnlyKeys("b");

            Path next = Files.writeString(folder.resolve(".next"), rewritten(file, "\"b\"", "\"c\""));
            Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
            registry.rescan();
            assertThat(registry.current().revocations()).as("replaced").containsOnlyKeys("c");
        }
    }

    private static String rewritten(Path file, String old, String next) throws IOException {
        return SealedFile.seal(SealedFile.unseal(file, Files.readString(file)).replace(old, next));
    }

    @Test
    void comeBeforeWhatAFileSaysByTheSameNameAndBothAreInForce() throws Exception {
        Path file = directory.resolve("mesh.yaml");
        Revocation other = new Revocation(
                "a",
                Optional.empty(),
                new Revocation.Target.Certificate(new SerialNumber(BigInteger.TWO)),
                Optional.empty(),
                Optional.empty());
        Files.writeString(
                file, ObjectWriter.write(other) + "\n---\n" + ObjectWriter.write(revocation("b", Optional.empty())));
        Path folder = OperatorFiles.folder(directory);
        try (FileRegistry registry = open(List.of(file), folder)) {
            OperatorFiles objects = OperatorFiles.open(directory, registry);
            objects.put(revocation("a", Optional.empty()));
            objects.put(revocation("b", Optional.of(END)));

            assertThat(registry.errors()).isEmpty();
            assertThat(registry.current().revocations().values())
                    .as("of the same thing, the operator's counts")
                    .containsExactlyInAnyOrder(
                            revocation("a", Optional.empty()),
                            revocation("b", Optional.of(END)),
                            new Revocation("a", other.trustDomain(), other.target(), other.reason(), other.expires()));
        }
    }

    @Test
    void haveTheirPlaceBeforeThoseOfAFileWhichKeepsItsLastStateThatFits() throws Exception {
        Path file = directory.resolve("mesh.yaml");
        Files.writeString(file, revocations(Snapshot.MAX_REVOCATIONS - 1));
        Path folder = OperatorFiles.folder(directory);
        Files.writeString(folder.resolve("revocations.yaml"), ObjectWriter.write(revocation("mine", Optional.empty())));
        try (FileRegistry registry = open(List.of(file), folder)) {
            assertThat(registry.current().revocations()).hasSize(Snapshot.MAX_REVOCATIONS);
            CountDownLatch refused = new CountDownLatch(1);
            registry.subscribe((_, _) -> {
                if (!registry.errors().isEmpty()) {
                    refused.countDown();
                }
            });
            Files.writeString(file, revocations(Snapshot.MAX_REVOCATIONS));
            assertThat(refused.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(registry.current().revocations())
                    .hasSize(Snapshot.MAX_REVOCATIONS)
                    .containsKey("mine");
            assertThat(registry.errors().getFirst().reason()).contains("10001 Revocations");
        }
    }

    @Test
    void takeNoMoreOctetsThanCanBeReadAgain() throws Exception {
        String reason = "ü".repeat(200);
        Revocation many = new Revocation(
                "x".repeat(200),
                Optional.empty(),
                new Revocation.Target.Certificate(new SerialNumber(BigInteger.TEN)),
                Optional.of(reason),
                Optional.empty());
        Files.writeString(
                OperatorFiles.folder(directory).resolve("revocations.yaml"),
                IntStream.range(
                                0,
                                RegistryFiles.MAX_BYTES
                                        / (ObjectWriter.write(many).length() + 206))
                        .mapToObj(n -> ObjectWriter.write(named(many, "r" + n + "x".repeat(195))))
                        .collect(Collectors.joining("\n---\n")));
        OperatorFiles full = OperatorFiles.open(directory, NOBODY);
        for (int i = 0; i < 100; i++) {
            int n = i;
            try {
                full.put(named(many, "s" + n));
            } catch (FullException e) {
                assertThat(e).hasMessageContaining("bytes in revocations.yaml (expected: at most");
                assertThat(OperatorFiles.open(directory, NOBODY).revocation("s" + (n - 1)))
                        .as("what was taken before")
                        .isPresent();
                return;
            }
        }
        throw new AssertionError("never full");
    }

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        for (Revocation.Target target : List.of(
                new Revocation.Target.Certificate(new SerialNumber(BigInteger.valueOf(0xfeed))),
                new Revocation.Target.Identity(SpiffeId.parse("spiffe://other.example/ns/a/sa/b"), END),
                new Revocation.Target.Issuer(new SpkiFingerprint("0123456789abcdef".repeat(4))))) {
            Revocation revocation = new Revocation(
                    "r", Optional.of(OTHER), target, Optional.of("why: \"that\" – {so}"), Optional.of(END));
            assertThat(RegistryFiles.parse(Path.of("r"), ObjectWriter.write(revocation))
                            .objects()
                            .revocations())
                    .containsEntry("r", revocation);
        }
        TrustDomainObject domain = TrustDomainObject.disabled(OTHER, Optional.of("stolen"));
        assertThat(RegistryFiles.parse(Path.of("d"), ObjectWriter.writeDisabled(domain))
                        .objects()
                        .trustDomains())
                .containsEntry(OTHER, domain);
    }

    private static Revocation named(Revocation revocation, String name) {
        return new Revocation(
                name, revocation.trustDomain(), revocation.target(), revocation.reason(), revocation.expires());
    }

    private static String revocations(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> ObjectWriter.write(revocation("r" + n, Optional.empty())))
                .collect(Collectors.joining("\n---\n"));
    }

    private static Revocation revocation(String name, Optional<Instant> expires) {
        return new Revocation(
                name,
                Optional.empty(),
                new Revocation.Target.Certificate(new SerialNumber(BigInteger.TEN)),
                Optional.empty(),
                expires);
    }
}
