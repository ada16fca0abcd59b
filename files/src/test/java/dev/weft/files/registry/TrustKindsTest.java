package dev.weft.files.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Cidr;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kinds TrustDomain and Revocation. */
final class TrustKindsTest {

    private static final Path FILE = Path.of("trust.yaml");
    private static final TrustDomain OTHER = TrustDomain.parse("other.example");
    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final TrustAnchor ANCHOR = TrustAnchors.create("a", Duration.ofDays(1), Clock.systemUTC());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void readsATrustDomain() {
        Parsed parsed = trustDomain("other.example", """
              anchors: |
            %s  state: Disabled
              reason: stolen issuer key
            """.formatted(pem(List.of(ANCHOR.certificate()))));

        assertThat(parsed.errors()).isEmpty();
        TrustDomainObject other =
                Objects.requireNonNull(parsed.objects().trustDomains().get(OTHER));
        assertThat(other.anchors()).containsExactly(ANCHOR.certificate());
        assertThat(other.state()).isEqualTo(TrustBundle.State.DISABLED);
        assertThat(other.reason()).contains("stolen issuer key");
    }

    @Test
    void aTrustDomainIsActiveAndTrustsNothingUnlessItSaysSo() {
        TrustDomainObject other = Objects.requireNonNull(
                trustDomain("other.example", "  {}").objects().trustDomains().get(OTHER));

        assertThat(other.anchors()).isEmpty();
        assertThat(other.state()).isEqualTo(TrustBundle.State.ACTIVE);
        assertThat(other.reason()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{state: active} | did you mean Active?",
                "{state: [Active]} | one of",
                "{reason: ''} | not empty",
                "{reason: \"a\\nb\"} | on one line",
                "{anchors: none} | PEM",
                "{anchors: [a]} | a text was expected",
                "{anchors: '-----BEGIN CERTIFICATE----- x'} | not a whole",
                "{anchor: x} | did you mean anchors?",
                "{discovery: {ranges: [10.1.0.0/16]}} | addresses: 0 items (expected: 1-16)",
                "{discovery: {addresses: ['10.1.0.1:15012']}} | ranges: 0 items (expected: 1-64)",
                "{discovery: {addresses: [10.1.0.1], ranges: [10.1.0.0/16]}} | an address and a port",
                "{discovery: {addresses: ['b.example:15012'], ranges: [10.1.0.0/16]}} | an address and a port",
                "{discovery: {addresses: ['10.1.0.1:15012'], ranges: [10.1.0.0/8]}} | no bits set behind the prefix",
                "{discovery: {addresses: ['10.1.0.1:15012'], range: [10.1.0.0/16]}} | did you mean ranges?",
            })
    void refusesAWrongTrustDomain(String spec, String expected) {
        assertThat(trustDomain("other.example", "  " + spec).errors().toString())
                .contains("TrustDomain other.example")
                .contains(expected);
    }

    @Test
    void readsHowATrustDomainIsFound() {
        Parsed parsed = trustDomain("other.example", """
              discovery:
                addresses: ["10.243.0.1:15012", "[fd00::1]:15012"]
                ranges: [10.243.0.0/16, "fd00::/64"]
            """);

        assertThat(parsed.errors()).isEmpty();
        Discovery discovery = Objects.requireNonNull(
                        parsed.objects().trustDomains().get(OTHER))
                .discovery()
                .orElseThrow();
        assertThat(discovery.addresses()).extracting(IpPort::port).containsExactly(15012, 15012);
        assertThat(discovery.ranges()).containsExactly(Cidr.parse("10.243.0.0/16"), Cidr.parse("fd00::/64"));
    }

    @Test
    void refusesMoreControlPlanesAndRangesThanAreAsked() {
        String addresses = String.join(", ", Collections.nCopies(17, "'10.1.0.1:15012'"));
        String ranges = String.join(", ", Collections.nCopies(65, "10.1.0.0/16"));
        assertThat(trustDomain(
                                "other.example",
                                "  discovery: {addresses: [" + addresses + "], ranges: [" + ranges + "]}")
                        .errors()
                        .toString())
                .contains("17 items (expected: 1-16)")
                .contains("65 items (expected: 1-64)");
    }

    @Test
    void refusesAnchorsThatAreNone() {
        X509Certificate leaf = Issuer.createUnder(ANCHOR, OTHER, Duration.ofHours(1), Instant.now())
                .issue(
                        KeyPairs.generateP256().getPublic(),
                        SpiffeId.ofServiceAccount(OTHER, "shop", "web"),
                        Duration.ofHours(1),
                        Instant.now())
                .getFirst();
        assertThat(trustDomain("other.example", "  anchors: |\n" + pem(List.of(ANCHOR.certificate(), leaf)))
                        .errors()
                        .toString())
                .contains("certificate 2 is no anchor of other.example");
        assertThat(trustDomain("other.example", "  anchors: |\n" + pem(Collections.nCopies(33, ANCHOR.certificate())))
                        .errors()
                        .toString())
                .contains("33 certificates (expected: at most 32)");
    }

    @ParameterizedTest
    @CsvSource({"Other.example, in lower case", "a/b, a trust domain such as", "'', a trust domain such as"})
    void refusesANameThatIsNoTrustDomain(String name, String expected) {
        assertThat(trustDomain(name, "  {}").errors().toString()).contains(expected);
    }

    @Test
    void refusesANamespaceWhereNoneBelongs() {
        assertThat(RegistryFiles.parse(FILE, """
            {apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: a, namespace: shop}, spec: {}}
            """).errors().toString())
                .contains("a TrustDomain belongs to no namespace");
        assertThat(RegistryFiles.parse(FILE, """
            {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: a, namespace: b}, spec: {}}
            """).errors().toString()).contains("a Revocation belongs to no namespace");
    }

    @Test
    void readsEachRevocation() {
        Revocation certificate =
                only(revocation("{certificate: {serialNumber: 0aFF}, trustDomain: other.example, reason: lost}"));
        assertThat(certificate.target())
                .isEqualTo(new Revocation.Target.Certificate(new SerialNumber(BigInteger.valueOf(0x0aff))));
        assertThat(certificate.trustDomain()).contains(OTHER);
        assertThat(certificate.reason()).contains("lost");
        assertThat(certificate.expires()).isEmpty();

        Revocation identity = only(revocation("{identity: {spiffeId: 'spiffe://other.example/ns/a/sa/b', "
                + "issuedBefore: '2026-01-01T01:00:00+01:00'}, expires: '2026-02-01T00:00:00Z'}"));
        assertThat(identity.target())
                .isEqualTo(new Revocation.Target.Identity(
                        SpiffeId.parse("spiffe://other.example/ns/a/sa/b"), Instant.parse("2026-01-01T00:00:00Z")));
        assertThat(identity.trustDomain()).as("the identity's").contains(OTHER);
        assertThat(identity.expires()).contains(Instant.parse("2026-02-01T00:00:00Z"));
        assertThat(identity.inForce(Instant.parse("2026-01-31T23:59:59Z"))).isTrue();
        assertThat(identity.inForce(Instant.parse("2026-02-01T00:00:00Z"))).isFalse();

        Revocation issuer = only(revocation("{issuer: {keySha256: %s}}".formatted(SHA256.toUpperCase(Locale.ROOT))));
        assertThat(issuer.target()).isEqualTo(new Revocation.Target.Issuer(new SpkiFingerprint(SHA256)));
        assertThat(issuer.trustDomain()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 0 things to revoke",
                "{certificate: {serialNumber: 1}, issuer: {keySha256: x}} | 2 things to revoke",
                "{certificate: {}} | certificate.serialNumber: the field is missing",
                "{certificate: {serialNumber: 0x12}} | hexadecimal",
                "{certificate: {serialNumber: 00}} | not zero",
                "{certificate: {serialNumber: 123456789012345678901234567890123456789012}} | at most 40",
                "{certificate: {serialNumber: -0c}} | hexadecimal",
                "{certificate: {serialNumber: ff00000000000000000000000000000000000000}} | 2 to the power of 159",
                "{certificate: {serialNumber: 8000000000000000000000000000000000000000}} | that a certificate can have",
                "{certificate: {serialNumber: 1, serial: 1}} | unknown field serial",
                "{identity: {issuedBefore: '2026-01-01T00:00:00Z'}} | identity.spiffeId: the field is missing",
                "{identity: {spiffeId: 'spiffe://a/b'}} | identity.issuedBefore: the field is missing",
                "{identity: {spiffeId: 'spiffe://a', issuedBefore: '2026-01-01T00:00:00Z'}} | with a path",
                "{identity: {spiffeId: 'spiffe://a/b', issuedBefore: '2026-01-01'}} | a time such as",
                "{identity: {spiffeId: 'spiffe://a/b', issuedBefore: '1969-01-01T00:00:00Z'}} | 1970",
                "{identity: {spiffeId: 'spiffe://a/b', issuedBefore: '2026-01-01T00:00:00Z'}, trustDomain: c} | that"
                        + " of the identity, a",
                "{issuer: {keySha256: abc}} | 64 hexadecimal digits",
                "{issuer: {keySha256: g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}} | 64 hex",
                "{issuer: {}} | issuer.keySha256: the field is missing",
                "{certificate: {serialNumber: 1}, trustDomain: a/b} | a trust domain such as",
                "{certificate: {serialNumber: 1}, expires: tomorrow} | a time such as",
                "{certificate: {serialNumber: 1}, reason: ''} | not empty",
                "{certificate: {serialNumber: 1}, until: x} | unknown field until",
            })
    void refusesAWrongRevocation(String spec, String expected) {
        assertThat(revocation(spec).errors().toString())
                .contains("Revocation r:")
                .contains(expected);
    }

    @Test
    void takesAFileOfTenThousandRevocationsAndNotOneMore() throws Exception {
        Path full = directory.resolve("a.yaml");
        Files.writeString(full, revocations(Snapshot.MAX_REVOCATIONS));
        try (FileRegistry registry = FileRegistry.open(List.of(directory))) {
            assertThat(registry.errors()).isEmpty();
            assertThat(registry.current().revocations()).hasSize(Snapshot.MAX_REVOCATIONS);
        }
        Files.writeString(directory.resolve("b.yaml"), """
            {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: more}, spec: {certificate: {serialNumber: 1}}}
            """);
        try (FileRegistry registry = FileRegistry.open(List.of(directory))) {
            assertThat(registry.errors().toString()).contains("b.yaml").contains("10001 Revocations");
            assertThat(registry.current().revocations()).hasSize(Snapshot.MAX_REVOCATIONS);
        }
    }

    @Test
    void refusesRevocationsThatTakeMoreThanAProxyTakesAtATime() throws Exception {
        String path = "a".repeat(1900);
        for (int i = 0; i < 2; i++) {
            int from = i * 1000;
            Files.writeString(
                    directory.resolve(i + ".yaml"),
                    IntStream.range(from, from + 1000)
                            .mapToObj(n -> """
                                {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: r%d}, spec: {identity: {spiffeId: "spiffe://a/%d/%s", issuedBefore: "2026-01-01T00:00:00Z"}}}
                                """.formatted(n, n, path))
                            .collect(Collectors.joining("---\n")));
        }
        try (FileRegistry registry = FileRegistry.open(List.of(directory))) {
            assertThat(registry.errors().toString()).contains("1.yaml").contains("octets of Revocations");
            assertThat(registry.current().revocations()).hasSize(1000);
        }
    }

    @Test
    void takesSoManyTrustDomainsAndNotOneMore() throws Exception {
        Files.writeString(
                directory.resolve("a.yaml"),
                IntStream.rangeClosed(0, ConflictResolution.MAX_TRUST_DOMAINS)
                        .mapToObj(
                                "{apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: d%d}, spec: {}}"
                                        ::formatted)
                        .collect(Collectors.joining("\n---\n")));
        try (FileRegistry registry = FileRegistry.open(List.of(directory))) {
            assertThat(registry.errors().toString()).contains("1001 TrustDomains (expected: at most 1000)");
            assertThat(registry.current().trustDomains()).isEmpty();
        }
    }

    private static String revocations(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> """
                    {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: r%d}, spec: {certificate: {serialNumber: "%x"}}}
                    """.formatted(n, n))
                .collect(Collectors.joining("---\n"));
    }

    private static Parsed trustDomain(String name, String spec) {
        return RegistryFiles.parse(
                FILE,
                "apiVersion: weft.dev/v1alpha1\nkind: TrustDomain\nmetadata: {name: '" + name + "'}\nspec:\n" + spec
                        + "\n");
    }

    private static Parsed revocation(String spec) {
        return RegistryFiles.parse(
                FILE, "apiVersion: weft.dev/v1alpha1\nkind: Revocation\nmetadata: {name: r}\nspec: " + spec + "\n");
    }

    private static Revocation only(Parsed parsed) {
        assertThat(parsed.errors()).isEmpty();
        return parsed.objects().revocations().values().iterator().next();
    }

    private static String pem(List<X509Certificate> certificates) {
        return Pem.encodeCertificates(certificates).indent(4);
    }
}
