package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.CreateIssuerRequestRequest;
import dev.weft.api.v1.CreateIssuerRequestResponse;
import dev.weft.api.v1.ForceWithoutRequest;
import dev.weft.api.v1.InstallIssuerRequest;
import dev.weft.api.v1.InstallIssuerResponse;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.RollBackRotationRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.control.state.PendingIssuers;
import dev.weft.identity.csr.CsrVerifier;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trust shown, and issuers put into use, over the operator's socket of a control plane that runs. */
final class IssuerInstallationTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final TrustAnchor anchor = Operations.anchor("one");

    @SuppressWarnings("NullAway.Init")
    private TestControl control;

    @BeforeEach
    void start() throws Exception {
        control = new TestControl(
                Operations.state(directory.resolve("s"), anchor), List.of("web", "api"), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void showsWhatTrustRestsOnAndWhoHoldsWhichPart() throws Exception {
        try (FakeProxy _ = proxy("web")) {
            TestControl.eventually(() -> {
                ProxyInfo web = control.proxy("web");
                assertThat(web.getConnected()).isTrue();
                assertThat(web.hasLeaf()).isTrue();
                assertThat(web.getInboundVersion()).isNotEmpty();
                assertThat(web.getAcknowledgedList())
                        .singleElement()
                        .satisfies(version -> assertThat(version.getSequence()).isEqualTo(1));
            });
            ShowTrustResponse shown = control.show();
            assertThat(shown.getTrustDomain()).isEqualTo("cluster.local");
            assertThat(shown.getAnchorsList()).singleElement().satisfies(info -> {
                assertThat(info.getState()).isEqualTo(AuthorityState.AUTHORITY_STATE_CURRENT);
                assertThat(info.getSpkiSha256()).isEqualTo(key(anchor));
            });
            assertThat(shown.getIssuersList()).singleElement().satisfies(info -> {
                assertThat(info.getState()).isEqualTo(AuthorityState.AUTHORITY_STATE_CURRENT);
                assertThat(info.getAnchorSpkiSha256()).isEqualTo(key(anchor));
                assertThat(info.getLiveLeaves()).isEqualTo(1);
            });
            assertThat(shown.getControlPlane().getIssuerSpkiSha256())
                    .isEqualTo(shown.getIssuers(0).getSpkiSha256());
            assertThat(shown.getBundlesList())
                    .singleElement()
                    .satisfies(bundle -> assertThat(bundle.getSequence()).isEqualTo(1));
            assertThat(shown.getIssuerProblem()).isEmpty();
            assertThat(control.proxy("api").getConnected()).isFalse();
            assertThat(control.proxy("api").getSince()).isZero();
            assertThat(control.proxy("web").getLeaf().getIdentity()).endsWith("/sa/web");
        }
    }

    @Test
    void remembersWhatAProxySaidAfterItWent() throws Exception {
        FakeProxy web = proxy("web");
        TestControl.eventually(() -> assertThat(control.proxy("web").hasLeaf()).isTrue());
        web.close();
        TestControl.eventually(
                () -> assertThat(control.proxy("web").getConnected()).isFalse());
        assertThat(control.proxy("web").hasLeaf()).isTrue();
        assertThat(control.proxy("web").getSince()).isPositive();
    }

    @Test
    void makesAKeyThatStaysAndInstallsTheSignedIssuer() throws Exception {
        String former = control.show().getIssuers(0).getSpkiSha256();
        String csr = csr();
        assertThat(CsrVerifier.verify(Pem.decodeCsr(csr)).uris()).containsExactly("spiffe://cluster.local");
        Path key;
        try (var files = Files.newDirectoryStream(control.state.resolve("pending"), "*.json")) {
            key = files.iterator().next();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(control.show().getIssuersList())
                .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_PENDING);
        try (FakeProxy _ = proxy("web")) {
            TestControl.eventually(() -> {
                assertThat(control.proxy("web").hasLeaf()).isTrue();
                assertThat(control.proxy("web").getAcknowledgedList())
                        .as("without which the issuer waits")
                        .anyMatch(version -> version.getSequence() == 1);
            });
            InstallIssuerResponse installed = install(Operations.sign(anchor, csr) + Operations.pem(anchor), "");
            assertThat(installed.getFormer().getSpkiSha256()).isEqualTo(former);
            assertThat(installed.getFormer().getLiveLeaves()).isEqualTo(1);
            ShowTrustResponse shown = control.show();
            assertThat(shown.getIssuersList()).hasSize(2);
            assertThat(shown.getIssuers(0).getSpkiSha256())
                    .isEqualTo(installed.getIssuer().getSpkiSha256())
                    .isNotEqualTo(former);
            assertThat(shown.getIssuers(1).getState()).isEqualTo(AuthorityState.AUTHORITY_STATE_RETIRING);
            assertThat(shown.getControlPlane().getIssuerSpkiSha256())
                    .as("the control plane's own certificate moves too")
                    .isEqualTo(installed.getIssuer().getSpkiSha256());
        }
        assertThat(Files.exists(key)).as("the pending key is gone").isFalse();
        restart();
        assertThat(control.show().getIssuers(1).getSpkiSha256()).isEqualTo(former);
    }

    @Test
    void installsAnIssuerThatIsGivenWithItsKey() throws Exception {
        Issuer issuer = Issuer.createUnder(anchor, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        install(Pem.encodeCertificates(issuer.chain()), Pem.encodePrivateKey(issuer.key()));
        assertThat(control.show().getIssuers(0).getSpkiSha256())
                .isEqualTo(SpkiFingerprint.of(issuer.chain().getFirst().getPublicKey())
                        .hex());
    }

    @Test
    void refusesAnIssuerUnderAnAnchorThatIsNotPublished() {
        String chain = Operations.sign(Operations.anchor("other"), csr());
        refused(() -> install(chain, ""), Status.Code.FAILED_PRECONDITION, "WEFT-C042", "no anchor of the bundle");
    }

    @Test
    void refusesAnIssuerWhoseAnchorAConnectedProxyHasNotAcknowledged() throws Exception {
        TrustAnchor next = Operations.anchor("next");
        try (FakeProxy web = proxy("web");
                FakeProxy _ = proxy("api")) {
            TestControl.eventually(
                    () -> assertThat(control.proxy("web").hasLeaf()).isTrue());
            web.freeze();
            Files.writeString(control.state.resolve("anchor.pem"), Operations.pem(anchor) + Operations.pem(next));
            control.plane.reload();
            String chain = Operations.sign(next, csr());
            refused(() -> install(chain, ""), Status.Code.FAILED_PRECONDITION, "WEFT-C042", "shop/web");
            web.thaw();
            TestControl.eventually(() -> assertThat(List.of("web", "api"))
                    .allSatisfy(name -> assertThat(control.proxy(name).getAcknowledgedList())
                            .first()
                            .satisfies(held -> assertThat(held.getSequence()).isEqualTo(2))));
            install(chain, "");
        }
        assertThat(control.show().getIssuers(0).getAnchorSpkiSha256()).isEqualTo(key(next));
    }

    @Test
    void refusesAnIssuerOfAnotherTrustDomain() {
        String chain = Operations.sign(anchor, csr(), TrustDomain.parse("other.example"));
        refused(() -> install(chain, ""), Status.Code.INVALID_ARGUMENT, "WEFT-C041", "other.example");
    }

    @Test
    void refusesACertificateOfAnotherKey() {
        csr();
        Issuer other = Issuer.createUnder(anchor, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        refused(
                () -> install(Pem.encodeCertificates(other.chain()), ""),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-C041",
                "sign one of those");
    }

    @Test
    void aRequestThatIsOutToBeSignedOutlivesAnotherOneARotationAndARestart() throws Exception {
        String out = csr();
        CreateIssuerRequestResponse second =
                control.operator().createIssuerRequest(CreateIssuerRequestRequest.getDefaultInstance());
        assertThat(second.getOthersWaiting()).isEqualTo(1);
        install(Operations.sign(anchor, second.getCsrPem()), "");
        Issuer given = Issuer.createUnder(anchor, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        install(Pem.encodeCertificates(given.chain()), Pem.encodePrivateKey(given.key()));

        BeginRotationResponse begun = control.operator()
                .beginRotation(BeginRotationRequest.newBuilder()
                        .setKind(RotationKind.ROTATION_KIND_ISSUER)
                        .build());
        String mine = Operations.sign(anchor, out);
        refused(
                () -> control.operator()
                        .supplyIssuer(SupplyIssuerRequest.newBuilder()
                                .setChainPem(mine)
                                .build()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-C041",
                "the rotation's request");
        var _ = control.operator()
                .supplyIssuer(SupplyIssuerRequest.newBuilder()
                        .setChainPem(Operations.sign(anchor, begun.getCsrPem()))
                        .build());
        var _ = control.operator().forceWithout(force("shop/web", "shop/api"));
        TestControl.eventually(
                () -> assertThat(control.show().getRotation().getFinished()).isTrue());
        restart();
        assertThat(install(mine, "").getIssuer().getSpkiSha256())
                .isEqualTo(SpkiFingerprint.of(
                                CsrVerifier.verify(Pem.decodeCsr(out)).publicKey())
                        .hex());
        assertThat(Operations.waits(control.state)).isFalse();
    }

    @Test
    void aDamagedRequestIsShownAndKeepsNoRotationFromItsWayBack() throws Exception {
        csr();
        damageRequests();
        assertThat(control.show().getIssuersList())
                .anySatisfy(info -> assertThat(info.getSubject()).contains("a signing request cannot be read"));
        BeginRotationResponse begun = control.operator()
                .beginRotation(BeginRotationRequest.newBuilder()
                        .setKind(RotationKind.ROTATION_KIND_ISSUER)
                        .build());
        assertThat(begun.getCsrPem()).isNotEmpty();
        damageRequests();
        assertThat(control.show().getRotation().getCsrPem()).isEmpty();

        var _ = control.operator().rollBackRotation(RollBackRotationRequest.getDefaultInstance());

        TestControl.eventually(
                () -> assertThat(control.show().getRotation().getFinished()).isTrue());
        try (var left = Files.newDirectoryStream(control.state.resolve("pending"), "*.json")) {
            assertThat(left).as("the rotation's own is deleted").hasSize(1);
        }
    }

    private void damageRequests() throws Exception {
        try (var files = Files.newDirectoryStream(control.state.resolve("pending"), "*.json")) {
            for (Path file : files) {
                Files.writeString(file, "damaged");
            }
        }
    }

    private static ForceWithoutRequest force(String... workloads) {
        return ForceWithoutRequest.newBuilder()
                .addAllWorkloads(List.of(workloads))
                .build();
    }

    @Test
    void makesNoMoreRequestsThanCanBeLookedOver() {
        for (int i = 0; i < PendingIssuers.MAX_WAITING; i++) {
            csr();
        }
        refused(this::csr, Status.Code.FAILED_PRECONDITION, "WEFT-C110", "weft issuer install");
    }

    @Test
    void refusesWithoutARequestOrAKey() {
        Issuer issuer = Issuer.createUnder(anchor, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        refused(
                () -> install(Pem.encodeCertificates(issuer.chain()), ""),
                Status.Code.NOT_FOUND,
                "WEFT-C043",
                "no signing request");
    }

    @Test
    void refusesWhatIsNoPem() {
        csr();
        refused(() -> install("hello", ""), Status.Code.INVALID_ARGUMENT, "WEFT-C040", "chain of the issuer");
        Issuer issuer = Issuer.createUnder(anchor, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        refused(
                () -> install(Pem.encodeCertificates(issuer.chain()), "secret"),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-C040",
                "private key");
    }

    @Test
    void anIssuerLaidIntoTheDirectoryWaitsForItsAnchorToBeAcknowledged() throws Exception {
        TrustAnchor next = Operations.anchor("next");
        Issuer issuer = Issuer.createUnder(next, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        String former = control.show().getIssuers(0).getSpkiSha256();
        try (FakeProxy web = proxy("web");
                FakeProxy _ = proxy("api")) {
            TestControl.eventually(
                    () -> assertThat(control.proxy("web").hasLeaf()).isTrue());
            web.freeze();
            Operations.lay(control.state, issuer, Operations.pem(next));
            control.plane.reload();
            assertThat(control.show().getIssuerProblem()).contains("lacks the anchor of the issuer in use");
            assertThat(control.show().getAnchorsList()).hasSize(1);
            Operations.lay(control.state, issuer, Operations.pem(anchor) + Operations.pem(next));
            control.plane.reload();
            assertThat(control.show().getIssuerProblem()).contains("shop/web");
            assertThat(control.show().getIssuers(0).getSpkiSha256()).isEqualTo(former);
            assertThat(control.show().getAnchorsList())
                    .anyMatch(info -> info.getState() == AuthorityState.AUTHORITY_STATE_INCOMING);
            web.thaw();
            TestControl.eventually(() -> {
                control.plane.reload();
                assertThat(control.show().getIssuerProblem()).isEmpty();
            });
            assertThat(control.show().getIssuers(0).getSpkiSha256()).isNotEqualTo(former);
        }
    }

    @Test
    void anInstallationThatWasCutShortIsCompletedAtTheNextStart() throws Exception {
        Issuer issuer = Issuer.createUnder(anchor, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        install(Pem.encodeCertificates(issuer.chain()), Pem.encodePrivateKey(issuer.key()));
        Issuer next = Issuer.createUnder(anchor, Operations.DOMAIN, Duration.ofDays(1), Instant.now());
        control.close();
        Operations.cutShort(control.state, next);
        restart();
        assertThat(control.show().getIssuers(0).getSpkiSha256())
                .isEqualTo(SpkiFingerprint.of(next.chain().getFirst().getPublicKey())
                        .hex());
    }

    private void restart() throws Exception {
        control.close();
        control = new TestControl(control.state, List.of("web", "api"), Clock.systemUTC());
    }

    private FakeProxy proxy(String name) {
        return new FakeProxy(
                control, name, TrustBundles.of(TrustBundle.of(Operations.DOMAIN, List.of(anchor.certificate()))));
    }

    private String csr() {
        return control.operator()
                .createIssuerRequest(CreateIssuerRequestRequest.getDefaultInstance())
                .getCsrPem();
    }

    private InstallIssuerResponse install(String chain, String key) {
        return control.operator()
                .installIssuer(InstallIssuerRequest.newBuilder()
                        .setChainPem(chain)
                        .setPrivateKeyPem(key)
                        .build());
    }

    private static String key(TrustAnchor anchor) {
        return SpkiFingerprint.of(anchor.certificate().getPublicKey()).hex();
    }

    private static void refused(ThrowingCallable call, Status.Code status, String code, String words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(status);
            assertThat(e.getStatus().getDescription()).startsWith(code + ": ").contains(words);
        });
    }
}
