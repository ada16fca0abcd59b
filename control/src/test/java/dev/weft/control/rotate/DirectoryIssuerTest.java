package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.CreateIssuerRequestRequest;
import dev.weft.api.v1.InstallIssuerRequest;
import dev.weft.api.v1.RollBackRotationRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.control.issuerdir.Pki;
import dev.weft.control.issuerdir.Pki.Pair;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.mesh.state.StateException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane whose issuer is in a secret that somebody else changes. */
final class DirectoryIssuerTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Pki pki;

    @SuppressWarnings("NullAway.Init")
    private Pair first;

    @SuppressWarnings("NullAway.Init")
    private TestControl control;

    @BeforeEach
    void start() throws Exception {
        pki = new Pki(directory.resolve("pki"), "Company Root");
        first = pki.issuer(Pki.CA + Pki.TO_CLUSTER_LOCAL);
        mount(first);
        control = control();
    }

    @AfterEach
    void stop() {
        control.close();
    }

    private TestControl control() throws Exception {
        return new TestControl(
                directory.resolve("s"),
                List.of("web"),
                Clock.systemUTC(),
                "--issuer-dir",
                directory.resolve("secret").toString());
    }

    @Test
    void beginsWithTheIssuerAndTheAnchorOfTheDirectory() {
        ShowTrustResponse shown = control.show();
        assertThat(shown.getIssuerDirectory())
                .isEqualTo(directory.resolve("secret").toString());
        assertThat(shown.getIssuerDirectoryProblem()).isEmpty();
        assertThat(shown.getIssuers(0).getSpkiSha256()).isEqualTo(key(first));
        assertThat(shown.getAnchorsList())
                .singleElement()
                .satisfies(anchor -> assertThat(anchor.getSubject()).isEqualTo("CN=Company Root"));
    }

    @Test
    void takesTheNextIssuerAsTheSecretIsSwappedAndKeepsTheFormerForWhatItSigned() throws Exception {
        try (FakeProxy _ = proxy()) {
            TestControl.eventually(
                    () -> assertThat(control.proxy("web").hasLeaf()).isTrue());
            Pair second = pki.issuer(Pki.CA);
            long begin = System.nanoTime();
            mount(second);
            TestControl.eventually(() -> assertThat(current()).isEqualTo(key(second)));

            assertThat(System.nanoTime() - begin)
                    .as("by the watch, before it is read again anyway")
                    .isLessThan(DirectoryIssuer.REREAD.toNanos());
            TestControl.eventually(() -> {
                ShowTrustResponse shown = control.show();
                assertThat(shown.getIssuers(1).getSpkiSha256()).isEqualTo(key(first));
                assertThat(shown.getIssuers(1).getState()).isEqualTo(AuthorityState.AUTHORITY_STATE_RETIRING);
                assertThat(shown.getIssuers(1).getLiveLeaves()).isEqualTo(1);
                assertThat(shown.getControlPlane().getIssuerSpkiSha256()).isEqualTo(key(second));
                assertThat(metrics()).contains("weft_control_issuer_directory_changes_total{result=\"taken\"} 1");
            });
        }
    }

    @Test
    void keepsTheLastGoodOneWhileThePairIsBadAlsoThroughARestartAndRecovers() throws Exception {
        Pair second = pki.issuer(Pki.CA);
        mount(new Pair(second.certificate(), first.key()));
        TestControl.eventually(() -> assertThat(problem())
                .startsWith("WEFT-C082: " + directory.resolve("secret/tls.key") + ": is not the key of certificate 1"));
        assertThat(current()).isEqualTo(key(first));
        assertThat(metrics())
                .contains("weft_control_issuer_directory_problem 1")
                .contains("weft_control_issuer_directory_changes_total{result=\"WEFT-C082\"} 1");

        control.close();
        control = control();
        assertThat(current()).isEqualTo(key(first));
        assertThat(problem()).startsWith("WEFT-C082");

        mount(second);
        TestControl.eventually(() -> assertThat(current()).isEqualTo(key(second)));
        TestControl.eventually(() -> assertThat(problem()).isEmpty());
        assertThat(metrics()).contains("weft_control_issuer_directory_problem 0");
    }

    @Test
    void survivesThatTheDirectoryGoesAndComesBack() throws Exception {
        Path secret = directory.resolve("secret");
        Files.move(secret, directory.resolve("aside"));
        TestControl.eventually(() -> assertThat(problem()).startsWith("WEFT-C080: " + secret + ": is not there"));
        assertThat(current()).isEqualTo(key(first));
        Pair second = pki.issuer(Pki.CA);
        mount(second);
        TestControl.eventually(() -> assertThat(current()).isEqualTo(key(second)));
        Pair third = pki.issuer(Pki.CA);
        mount(third);
        TestControl.eventually(() -> assertThat(current()).isEqualTo(key(third)));
    }

    @Test
    void anIssuerUnderAnotherAnchorIsTakenOnceThatIsPublishedToEveryProxy() throws Exception {
        Pki next = new Pki(directory.resolve("next"), "Next Root");
        Pair pair = next.issuer(Pki.CA);
        try (FakeProxy web = proxy()) {
            TestControl.eventually(
                    () -> assertThat(control.proxy("web").hasLeaf()).isTrue());
            web.freeze();
            Pki.mount(directory.resolve("secret"), pair, next.anchorPem());
            TestControl.eventually(
                    () -> assertThat(problem()).startsWith("WEFT-C085").contains("CN=Next Root", "anchor.pem"));

            Files.writeString(control.state.resolve("anchor.pem"), pki.anchorPem() + next.anchorPem());
            control.plane.reload();
            Pki.mount(
                    directory.resolve("secret"),
                    pair,
                    next.anchorPem()); // the watch looks sooner than it is read again anyway
            TestControl.eventually(
                    () -> assertThat(problem()).startsWith("WEFT-C087").contains("shop/web"));
            assertThat(current()).isEqualTo(key(first));

            control.close();
            control = control();
            assertThat(problem())
                    .as("after a restart, before the sidecar has connected again")
                    .startsWith("WEFT-C087")
                    .contains("shop/web");
            assertThat(current()).isEqualTo(key(first));
            web.movedTo(control);
            web.thaw();
            TestControl.eventually(() -> assertThat(current()).isEqualTo(key(pair)));
        }
    }

    @Test
    void operatorsAreToldThatTheDirectoryOwnsTheIssuer() throws Exception {
        Pair second = pki.issuer(Pki.CA);
        refused(() -> control.operator().createIssuerRequest(CreateIssuerRequestRequest.getDefaultInstance()));
        refused(() -> control.operator()
                .installIssuer(InstallIssuerRequest.newBuilder()
                        .setChainPem(second.certificate())
                        .setPrivateKeyPem(second.key())
                        .build()));
        refused(() -> control.operator()
                .beginRotation(BeginRotationRequest.newBuilder()
                        .setKind(RotationKind.ROTATION_KIND_ISSUER)
                        .build()));
        assertThat(current()).isEqualTo(key(first));
    }

    private RotationStatus rotation() {
        return control.show().getRotation();
    }

    /** To another anchor, with the old pair still in the directory. */
    private Pki rotateTo(String name) throws Exception {
        Pki next = new Pki(directory.resolve(name), name);
        var begun = control.operator()
                .beginRotation(BeginRotationRequest.newBuilder()
                        .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                        .setAnchorPem(next.anchorPem())
                        .build());
        assertThat(begun.getCsrPem()).isEmpty();
        TestControl.eventually(() -> {
            assertThat(rotation().getStep()).isEqualTo(RotationStep.ROTATION_STEP_ISSUE);
            assertThat(rotation().getObstacle())
                    .startsWith("WEFT-C115: it waits for a pair in ")
                    .contains("CN=" + name, "CN=Company Root");
        });
        assertThat(rotation().getNewIssuerSpkiSha256()).isEmpty();
        return next;
    }

    @Test
    void theAnchorIsRotatedAsTheOutsideIssuerSignsUnderTheNextOneAlsoThroughARestart() throws Exception {
        try (FakeProxy web = proxy()) {
            TestControl.eventually(
                    () -> assertThat(control.proxy("web").hasLeaf()).isTrue());
            web.rests(0, "web");
            Pki next = rotateTo("Next Root");
            assertThat(control.show().getAnchorsList()).hasSize(2);
            assertThat(current()).isEqualTo(key(first));
            control.close();
            control = control();
            web.movedTo(control);
            assertThat(rotation().getStep()).isEqualTo(RotationStep.ROTATION_STEP_ISSUE);

            Pair wrong = new Pair(next.issuer(Pki.CA).certificate(), first.key());
            Pki.mount(directory.resolve("secret"), wrong, pki.anchorPem());
            TestControl.eventually(() -> assertThat(rotation().getObstacle()).contains("WEFT-C082"));
            Pair pair = next.issuer(Pki.CA);
            Pki.mount(directory.resolve("secret"), pair, pki.anchorPem());
            TestControl.eventually(() -> assertThat(rotation().getStep()).isEqualTo(RotationStep.ROTATION_STEP_DONE));

            assertThat(current()).isEqualTo(key(pair));
            assertThat(rotation().getNewIssuerSpkiSha256()).isEqualTo(key(pair));
            assertThat(control.show().getAnchorsList())
                    .singleElement()
                    .satisfies(anchor -> assertThat(anchor.getSubject()).isEqualTo("CN=Next Root"));
            assertThat(control.proxy("web").getLeaf().getIssuerSpkiSha256()).isEqualTo(key(pair));
            TestControl.eventually(() -> assertThat(problem()).isEmpty());
        }
    }

    @Test
    void aRotationThatWaitsForTheOutsideIssuerIsTakenBack() throws Exception {
        try (FakeProxy web = proxy()) {
            TestControl.eventually(
                    () -> assertThat(control.proxy("web").hasLeaf()).isTrue());
            web.rests(0, "web");
            rotateTo("Next Root");
            var _ = control.operator().rollBackRotation(RollBackRotationRequest.getDefaultInstance());
            TestControl.eventually(
                    () -> assertThat(rotation().getStep()).isEqualTo(RotationStep.ROTATION_STEP_ROLLED_BACK));
            assertThat(control.show().getAnchorsList()).hasSize(1);
            assertThat(current()).isEqualTo(key(first));
        }
    }

    @Test
    void doesNotBeginWithoutAnIssuer() throws Exception {
        control.close();
        mount(new Pair(first.certificate(), pki.issuer(Pki.CA).key()));
        Path empty = directory.resolve("t");
        assertThatThrownBy(() -> new TestControl(
                        empty,
                        List.of("web"),
                        Clock.systemUTC(),
                        "--issuer-dir",
                        directory.resolve("secret").toString()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("no issuer to begin with: WEFT-C082");
        assertThat(empty.resolve("issuer.pem")).doesNotExist();
    }

    private void mount(Pair pair) throws IOException {
        Pki.mount(directory.resolve("secret"), pair, pki.anchorPem());
    }

    private FakeProxy proxy() throws IOException {
        return new FakeProxy(control, "web", TrustBundles.of(TrustBundle.of(Operations.DOMAIN, List.of(pki.anchor()))));
    }

    private String current() {
        return control.show().getIssuers(0).getSpkiSha256();
    }

    private String problem() {
        return control.show().getIssuerDirectoryProblem();
    }

    private static String key(Pair pair) {
        return SpkiFingerprint.of(
                        Pem.decodeCertificates(pair.certificate()).getFirst().getPublicKey())
                .hex();
    }

    private String metrics() throws Exception {
        URI page = URI.create("http://127.0.0.1:" + control.plane.adminPort() + "/metrics");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private void refused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(e.getStatus().getDescription())
                    .startsWith("WEFT-C086: ")
                    .contains(directory.resolve("secret").toString());
        });
    }
}
