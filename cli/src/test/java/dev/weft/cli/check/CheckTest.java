package dev.weft.cli.check;

import static dev.weft.cli.check.Seen.DAY;
import static dev.weft.cli.check.Seen.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.AnchorLife;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.FollowedBundle;
import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.IssuerInfo;
import dev.weft.api.v1.JoinToken;
import dev.weft.api.v1.Machine;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each check, where it is well and where it is not. */
final class CheckTest {

    private static long before(Duration time) {
        return NOW.minus(time).getEpochSecond();
    }

    private static void assertOk(Verdict verdict, String reason) {
        assertThat(verdict).isEqualTo(Verdict.ok(verdict.reason()));
        assertThat(verdict.reason()).contains(reason);
    }

    private static void assertFinding(Verdict verdict, Result result, String finding) {
        assertThat(verdict.result()).isEqualTo(result);
        assertThat(verdict.reason() + "\n" + String.join("\n", verdict.about())).contains(finding);
        assertThat(verdict.action()).isNotEmpty();
    }

    private static void assertWarning(Verdict verdict, String finding) {
        assertFinding(verdict, Result.WARNING, finding);
    }

    private static void assertFailed(Verdict verdict, String finding) {
        assertFinding(verdict, Result.FAILED, finding);
    }

    @Test
    void aMeshThatIsWellPassesThemAll() {
        Report report = Report.of("m", Seen.well().observation());

        assertThat(report.result()).isEqualTo(Result.OK);
        assertThat(report.checks()).hasSize(Check.ALL.size()).allSatisfy(line -> {
            assertThat(line.result()).as(line.check()).isEqualTo(Result.OK);
            assertThat(line.reason()).as(line.check()).isNotEmpty();
            assertThat(line.action()).isEmpty();
        });
    }

    @Test
    void eachHasASectionOnThePageAndEachSectionACheck() throws Exception {
        List<String> sections = Files.readAllLines(Path.of("../docs/check.md")).stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .toList();

        assertThat(sections)
                .containsExactlyElementsOf(Check.ALL.stream().map(Check::name).toList());
    }

    @Test
    void federationNamesTheBundlesThatCannotBeFetched() {
        assertOk(Seen.well().check("federation"), "no bundle is fetched");
        assertOk(
                Seen.well().follows(_ -> {}, _ -> {}).check("federation"),
                "1 bundle fetched from others, the oldest 20s");
        assertOk(Seen.well().follows(_ -> {}, bundle -> bundle.setFetched(0)).check("federation"), "1 bundle");
        assertWarning(
                Seen.well()
                        .follows(_ -> {}, bundle -> failing(bundle, Duration.ofMinutes(8)))
                        .check("federation"),
                "b.example: the bundle of 8m ago stays in use. WEFT-C051: it is away");
        assertFailed(
                Seen.well()
                        .follows(_ -> {}, bundle -> failing(bundle, Duration.ofMinutes(9)))
                        .check("federation"),
                "b.example: the bundle of 9m ago stays in use. WEFT-C051: it is away");
        assertWarning(
                Seen.well()
                        .follows(
                                _ -> {},
                                bundle -> failing(bundle, Duration.ofMinutes(9)).setFetched(0))
                        .check("federation"),
                "b.example: never fetched, the anchors of its object are in use");
        assertFailed(
                Seen.well()
                        .follows(info -> info.setAnchors(0), bundle -> failing(bundle, Duration.ZERO))
                        .check("federation"),
                "b.example: nothing of it is trusted");
        assertOk(
                Seen.well()
                        .follows(
                                info -> info.setState(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED),
                                bundle -> failing(bundle, Duration.ofDays(9)))
                        .check("federation"),
                "no bundle");
        assertWarning(Seen.well().controlPlaneSilent().check("federation"), "does not answer");
    }

    private static FollowedBundle.Builder failing(FollowedBundle.Builder bundle, Duration age) {
        return bundle.setFailures(3)
                .setFailureCode("WEFT-C051")
                .setFailureReason("it is away")
                .setFetched(before(age));
    }

    @Test
    void theWorstCounts() {
        assertThat(Report.of("m", Seen.well().controlPlaneSilent().observation())
                        .result())
                .isEqualTo(Result.FAILED);
        assertThat(Report.of("m", Seen.well().apiSays("permissive", "strict").observation())
                        .result())
                .isEqualTo(Result.WARNING);
    }

    @Test
    void controlPlane() {
        assertOk(Seen.well().check("control-plane"), "answers in 12 ms");
        assertFailed(Seen.well().controlPlaneSilent().check("control-plane"), "does not answer");
    }

    @Test
    void withoutTheControlPlaneWhatOnlyItKnowsIsNotKnown() {
        for (String check : List.of(
                "anchor-end", "issuer-end", "issuer-anchor", "control-plane-certificate", "rotation", "connected")) {
            assertWarning(Seen.well().controlPlaneSilent().check(check), "not known");
        }
        assertOk(Seen.well().controlPlaneSilent().check("sidecars"), "2 sidecars");
        assertOk(Seen.well().controlPlaneSilent().check("leaf-end"), "2 certificates");
    }

    @Test
    void aMeshWithoutMeshedWorkloadsNeedsNoControlPlane() {
        Report report = Report.of("m", Seen.well().unmeshed().observation());

        assertThat(report.checks())
                .allSatisfy(line -> assertThat(line.result()).as(line.check()).isEqualTo(Result.OK));
        assertOk(Seen.well().unmeshed().check("control-plane"), "no workload is meshed");
    }

    @Test
    void meshFile() {
        assertOk(Seen.well().check("mesh-file"), "no errors");
        assertFailed(
                Seen.well()
                        .registryErrors("shop.yaml:12: spec.x: unknown field")
                        .check("mesh-file"),
                "shop.yaml:12");
    }

    @Test
    void clocks() {
        assertOk(Seen.well().check("clocks"), "2 sidecars agree");
        assertOk(Seen.well().apiSays("12:00:05Z", "12:00:00Z").check("clocks"), "agree");
        assertWarning(Seen.well().apiSays("12:00:07Z", "12:00:00Z").check("clocks"), "shop/api is 6s ahead");
        assertFailed(Seen.well().apiSays("11:59:20Z", "12:00:00Z").check("clocks"), "shop/api is 40s behind");
        assertWarning(
                Seen.well()
                        .trust(trust -> trust.setNow(before(Duration.ofSeconds(10))))
                        .check("clocks"),
                "the control plane is 10s behind");
        assertFailed(
                Seen.well()
                        .trust(trust -> trust.setNow(before(Duration.ofMinutes(-5))))
                        .check("clocks"),
                "the control plane is 4m 59s ahead");
    }

    @Test
    void anchorEnd() {
        assertOk(Seen.well().check("anchor-end"), "ends in 10y");
        assertWarning(anchorEnding(300).check("anchor-end"), "CN=Anchor ends in 300d");
        assertFailed(anchorEnding(60).check("anchor-end"), "CN=Anchor ends in 60d");
        assertFailed(anchorEnding(-1).check("anchor-end"), "CN=Anchor ended 24h ago");
        assertFailed(Seen.well().trust(trust -> trust.clearAnchors()).check("anchor-end"), "none is published");
    }

    @Test
    void anAnchorThatIsRevokedMayEnd() {
        Seen seen = anchorEnding(-1)
                .trust(trust ->
                        trust.addAnchors(trust.getAnchors(0).toBuilder().setNotAfter(before(DAY.multipliedBy(-3650)))))
                .anchor(anchor -> anchor.setState(AuthorityState.AUTHORITY_STATE_REVOKED));

        assertOk(seen.check("anchor-end"), "ends in 10y");
    }

    private static Seen anchorEnding(int days) {
        return Seen.well()
                .anchor(anchor -> anchor.setNotBefore(before(DAY.multipliedBy(3650 - days)))
                        .setNotAfter(before(DAY.multipliedBy(-days))));
    }

    @Test
    void issuerEnd() {
        assertOk(Seen.well().check("issuer-end"), "ends in 365d");
        assertWarning(issuerEnding(60).check("issuer-end"), "CN=Issuer ends in 60d, of 365d");
        assertFailed(issuerEnding(5).check("issuer-end"), "CN=Issuer ends in 5d");
        assertFailed(Seen.well().trust(trust -> trust.clearIssuers()).check("issuer-end"), "no issuer is in use");
    }

    private static Seen issuerEnding(int days) {
        return Seen.well()
                .issuer(issuer -> issuer.setNotBefore(before(DAY.multipliedBy(365 - days)))
                        .setNotAfter(before(DAY.multipliedBy(-days))));
    }

    @Test
    void otherAnchors() {
        assertOk(Seen.well().check("other-anchors"), "no other trust domain");
        assertOk(anchorsOfB(3650).check("other-anchors"), "those of 1 other trust domain live on");
        assertWarning(anchorsOfB(300).check("other-anchors"), "b.example: CN=B ends in 300d");
        assertFailed(anchorsOfB(60).check("other-anchors"), "b.example: CN=B ends in 60d");
        assertFailed(anchorsOfB(-1).check("other-anchors"), "b.example: CN=B ended 24h ago");
        assertWarning(anchorsOfB(-1, 3650).check("other-anchors"), "b.example: CN=B ended 24h ago");
        assertOk(
                Seen.well()
                        .follows(
                                info -> info.setState(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED)
                                        .addAnchorLives(endingIn(-1)),
                                _ -> {})
                        .check("other-anchors"),
                "no other trust domain");
    }

    private static Seen anchorsOfB(int... days) {
        return Seen.well()
                .follows(
                        info -> IntStream.of(days).mapToObj(CheckTest::endingIn).forEach(info::addAnchorLives),
                        _ -> {});
    }

    private static AnchorLife endingIn(int days) {
        return AnchorLife.newBuilder()
                .setSubject("CN=B")
                .setNotBefore(before(DAY.multipliedBy(3650 - days)))
                .setNotAfter(before(DAY.multipliedBy(-days)))
                .build();
    }

    @Test
    void revocations() {
        assertOk(Seen.well().check("revocations"), "nothing is revoked");
        assertOk(revoked(certificate(0)).check("revocations"), "1 revocation in force");
        assertOk(revoked(certificate(before(DAY.multipliedBy(-3)))).check("revocations"), "1 revocation in force");
        assertWarning(
                revoked(certificate(before(Duration.ofHours(-5)))).check("revocations"),
                "r: certificate 7f is trusted again in 5h");
        assertOk(revoked(identity(DAY.multipliedBy(7))).check("revocations"), "1 revocation in force");
        assertWarning(
                revoked(identity(DAY.multipliedBy(6))).check("revocations"), "spiffe://b.example/x is trusted again");
        assertWarning(
                Seen.well()
                        .revocations(all -> all.addEnded(certificate(before(Duration.ofHours(2)))))
                        .check("revocations"),
                "r: certificate 7f ended 2h ago and is still in a file of the mesh");
        assertOk(
                Seen.well()
                        .revocations(all -> all.addEnded(
                                certificate(before(Duration.ofHours(2))).setCanUndo(true)))
                        .check("revocations"),
                "nothing is revoked");
        assertWarning(
                Seen.well()
                        .revocations(all -> all.addEnded(
                                certificate(before(DAY.multipliedBy(2))).setCanUndo(true)))
                        .check("revocations"),
                "is still in the state directory");
        assertWarning(
                Seen.well()
                        .revocations(all -> all.addAllRevocations(Collections.nCopies(
                                RevocationChecks.MANY, certificate(0).build())))
                        .check("revocations"),
                "8000 are in force");
    }

    private static Seen revoked(RevocationInfo.Builder revocation) {
        return Seen.well().revocations(all -> all.addRevocations(revocation));
    }

    private static RevocationInfo.Builder certificate(long expires) {
        return RevocationInfo.newBuilder()
                .setId("r")
                .setTarget(RevocationTarget.newBuilder().setSerialNumber("7f"))
                .setExpires(expires);
    }

    /** One that ends in an hour, so long after its moment. */
    private static RevocationInfo.Builder identity(Duration after) {
        Duration end = Duration.ofHours(-1);
        return RevocationInfo.newBuilder()
                .setId("r")
                .setTarget(RevocationTarget.newBuilder()
                        .setIdentity(IdentityTarget.newBuilder()
                                .setSpiffeId("spiffe://b.example/x")
                                .setIssuedBefore(before(end.plus(after)))))
                .setExpires(before(end));
    }

    @Test
    void machines() {
        assertOk(Seen.well().check("machines"), "no machine has joined");
        assertOk(machine(Duration.ofHours(12)).check("machines"), "1 machine from outside renew");
        assertWarning(
                machine(Duration.ofHours(20)).check("machines"), "5d41 (spiffe://cluster.local/ns/a/sa/b, 10.0.0.9)");
        assertWarning(machine(Duration.ofHours(20)).check("machines"), "should have been renewed at half");
        assertWarning(machine(Duration.ofHours(30)).check("machines"), "it comes back by another token");
        assertOk(
                Seen.well()
                        .machines(all ->
                                all.addMachines(machineOf(Duration.ofHours(30)).setRevoked(1)))
                        .check("machines"),
                "no machine has joined");
    }

    /** One whose certificate of a day is so old. */
    private static Seen machine(Duration age) {
        return Seen.well().machines(all -> all.addMachines(machineOf(age)));
    }

    private static Machine.Builder machineOf(Duration age) {
        return Machine.newBuilder()
                .setToken(JoinToken.newBuilder().setId("5d41").setIdentity("spiffe://cluster.local/ns/a/sa/b"))
                .setAddress("10.0.0.9")
                .setRenewed(before(age))
                .setCertificateEnds(before(age.minus(DAY)));
    }

    @Test
    void anObjectThatWouldCutTheMeshOffIsAnErrorOfItsFile() {
        assertFailed(
                Seen.well()
                        .trust(trust -> trust.addRegistryRefusals("shop.yaml:7: Revocation r: WEFT-C089: that is"))
                        .check("mesh-file"),
                "shop.yaml:7: Revocation r: WEFT-C089");
    }

    @Test
    void issuerDirectory() {
        assertOk(Seen.well().check("issuer-directory"), "kept in the state directory");
        assertOk(
                Seen.well().trust(trust -> trust.setIssuerDirectory("/secret")).check("issuer-directory"),
                "the issuer of /secret is in use");
        assertWarning(
                Seen.well()
                        .trust(trust -> trust.setIssuerDirectory("/secret")
                                .addIssuerDirectoryRemarks("/secret/tls.key may be read by everybody"))
                        .check("issuer-directory"),
                "/secret/tls.key may be read by everybody");
        assertFailed(
                Seen.well()
                        .trust(trust -> trust.setIssuerDirectory("/secret")
                                .setIssuerDirectoryProblem("WEFT-C084: /secret/tls.crt: notAfter: ended"))
                        .check("issuer-directory"),
                "WEFT-C084: /secret/tls.crt");
    }

    @Test
    void issuerAnchor() {
        assertOk(Seen.well().check("issuer-anchor"), "kept to cluster.local");
        assertFailed(
                Seen.well()
                        .trust(trust -> trust.setIssuerProblem("the key is another's"))
                        .check("issuer-anchor"),
                "the key is another's");
        assertFailed(
                Seen.well().issuer(issuer -> issuer.setAnchorSpkiSha256("00")).check("issuer-anchor"),
                "no anchor that is published");
        assertWarning(
                Seen.well()
                        .issuer(issuer -> issuer.setNotAfter(before(DAY.multipliedBy(-4000))))
                        .check("issuer-anchor"),
                "outlive its anchor");
        assertFailed(
                Seen.well()
                        .trust(trust -> trust.addIssuers(IssuerInfo.newBuilder()
                                .setSubject("CN=Old")
                                .setState(AuthorityState.AUTHORITY_STATE_REVOKED)
                                .setLiveLeaves(3)))
                        .check("issuer-anchor"),
                "3 workloads still have a certificate of an issuer that is revoked: CN=Old");
    }

    @Test
    void anIssuerThatTheAnchorDidNotSignDoesNotFit() {
        var other = TrustAnchors.create("Other", DAY, Clock.fixed(NOW, ZoneOffset.UTC));
        byte[] unconstrained = Certificates.encode(other.certificate());

        assertFailed(
                Seen.well()
                        .issuer(issuer -> issuer.setChain(0, ByteString.copyFrom(unconstrained)))
                        .check("issuer-anchor"),
                "not signed by the anchor");
        assertWarning(
                Seen.well()
                        .issuer(issuer -> issuer.setChain(0, ByteString.copyFrom(unconstrained)))
                        .anchor(anchor -> anchor.setCertificate(ByteString.copyFrom(unconstrained)))
                        .check("issuer-anchor"),
                "no critical name constraint");
    }

    @Test
    void controlPlaneCertificate() {
        assertOk(Seen.well().check("control-plane-certificate"), "ends in 23h");
        assertWarning(
                Seen.well()
                        .trust(trust -> trust.setControlPlane(Seen.leaf(NOW.minus(Duration.ofHours(19)), DAY)))
                        .check("control-plane-certificate"),
                "ends in 5h, of 24h");
        assertWarning(
                Seen.well()
                        .trust(trust -> trust.setControlPlane(
                                trust.getControlPlane().toBuilder().setRenewalFailure("the issuer has ended")))
                        .check("control-plane-certificate"),
                "its renewal fails: the issuer has ended");
        assertFailed(
                Seen.well()
                        .trust(trust -> trust.setControlPlane(Seen.leaf(NOW.minus(DAY.multipliedBy(2)), DAY)))
                        .check("control-plane-certificate"),
                "ended 24h ago");
        assertFailed(
                Seen.well().trust(trust -> trust.clearControlPlane()).check("control-plane-certificate"),
                "no certificate of its own");
    }

    @Test
    void rotation() {
        assertOk(Seen.well().check("rotation"), "none runs");
        assertOk(rotating(RotationStep.ROTATION_STEP_DONE, 500, "").check("rotation"), "none runs");
        assertOk(
                rotating(RotationStep.ROTATION_STEP_REISSUE, 60, "").check("rotation"),
                "renew every certificate, 1 of 2, since 1m");
        assertWarning(
                rotating(RotationStep.ROTATION_STEP_REISSUE, 300, "").check("rotation"),
                "shop/api: has not answered since 4m");
        assertWarning(
                rotating(RotationStep.ROTATION_STEP_PREPARE, 300, "").check("rotation"), "waits for its signed issuer");
        assertWarning(
                rotating(RotationStep.ROTATION_STEP_RETIRE, 1, "anchor.pem cannot be written")
                        .check("rotation"),
                "anchor.pem cannot be written");
    }

    private static Seen rotating(RotationStep step, int seconds, String obstacle) {
        return Seen.well()
                .trust(trust -> trust.setRotation(RotationStatus.newBuilder()
                        .setStep(step)
                        .setFinished(step == RotationStep.ROTATION_STEP_DONE)
                        .setDone(1)
                        .setTotal(2)
                        .setObstacle(obstacle)
                        .setStepSince(before(Duration.ofSeconds(seconds)))
                        .addWaitingFor(
                                Awaited.newBuilder().setWorkload("shop/api").setReason("has not answered since 4m"))));
    }

    @Test
    void sidecars() {
        assertOk(Seen.well().check("sidecars"), "2 sidecars answered, all ready");
        assertFailed(Seen.well().apiSilent().check("sidecars"), "shop/api: no answer within 1.5 s");
        assertFailed(
                Seen.well().apiNotReady("no policy yet").check("sidecars"), "shop/api is not ready: no policy yet");
    }

    @Test
    void connected() {
        assertOk(Seen.well().check("connected"), "all 2 sidecars connected");
        assertWarning(
                Seen.well()
                        .api(api -> api.setConnected(false).setSince(before(Duration.ofMinutes(3))))
                        .check("connected"),
                "shop/api: since 3m; goes on until its certificate ends in 23h");
        assertFailed(
                Seen.well()
                        .api(api -> api.setConnected(false)
                                .setSince(before(DAY))
                                .setLeaf(Seen.leaf(NOW.minus(DAY.multipliedBy(2)), DAY)))
                        .check("connected"),
                "its certificate ended 24h ago");
        assertFailed(
                Seen.well()
                        .api(api -> api.setConnected(false).setSince(0).clearLeaf())
                        .check("connected"),
                "shop/api: not since the control plane started");
    }

    @Test
    void bundles() {
        assertOk(Seen.well().check("bundles"), "holds cluster.local 4");
        assertWarning(
                Seen.well().api(api -> api.setAcknowledged(0, Seen.bundle(3))).check("bundles"),
                "shop/api lacks cluster.local 4 (has 3)");
        assertWarning(
                Seen.well().api(api -> api.setAcknowledged(0, Seen.bundle(0))).check("bundles"), "has an older one");
        assertWarning(Seen.well().api(api -> api.clearAcknowledged()).check("bundles"), "has none");
        assertFailed(
                Seen.well()
                        .api(api -> api.clearAcknowledged().setLastRefusal("33 anchors"))
                        .check("bundles"),
                "refused: 33 anchors");
        assertOk(
                Seen.well()
                        .api(api -> api.clearAcknowledged().setConnected(false))
                        .check("bundles"),
                "every connected sidecar");
    }

    @Test
    void leafEnd() {
        assertOk(Seen.well().check("leaf-end"), "2 certificates, the first ends in 23h, of 24h");
        assertWarning(
                Seen.well()
                        .apiSays(
                                "2026-02-28T17:00:00Z\", \"notAfter\": \"2026-03-01T17:00:00Z",
                                "2026-03-01T11:00:00Z\", \"notAfter\": \"2026-03-02T11:00:00Z")
                        .check("leaf-end"),
                "shop/api ends in 5h, of 24h");
        assertFailed(
                Seen.well()
                        .apiSays(
                                "2026-02-28T11:00:00Z\", \"notAfter\": \"2026-03-01T11:00:00Z",
                                "2026-03-01T11:00:00Z\", \"notAfter\": \"2026-03-02T11:00:00Z")
                        .check("leaf-end"),
                "shop/api ended 1h ago");
        assertFailed(
                Seen.well()
                        .apiSilent()
                        .api(api -> api.setLeaf(Seen.leaf(NOW.minus(DAY.multipliedBy(2)), DAY)))
                        .check("leaf-end"),
                "shop/api ended 24h ago");
    }

    @Test
    void renewal() {
        assertOk(Seen.well().check("renewal"), "no renewal failed");
        assertWarning(
                Seen.well()
                        .api(api -> api.setLeaf(
                                api.getLeaf().toBuilder().setRenewalFailure("WEFT-C007: too many requests")))
                        .check("renewal"),
                "shop/api: WEFT-C007: too many requests");
        assertWarning(
                Seen.well()
                        .apiSays("2026-03-01T10:00:00Z", "2026-03-01T23:00:00Z")
                        .check("renewal"),
                "shop/api: was due 2h ago");
        assertOk(
                Seen.well()
                        .apiSays("2026-03-01T11:59:00Z", "2026-03-01T23:00:00Z")
                        .check("renewal"),
                "overdue");
    }

    @Test
    void permissive() {
        assertOk(Seen.well().check("permissive"), "mutual TLS only");
        assertWarning(Seen.well().apiSays("permissive", "strict").check("permissive"), "shop/api");
    }

    @Test
    void whatIsAskedOfTheClockIsNotHeldAgainstIt() {
        Instant asked = NOW.plusMillis(700);
        var heard = Observation.Heard.answer("x", "y", asked, Duration.ofMillis(100));

        assertThat(heard.skew(asked.plusMillis(50))).isZero();
        assertThat(heard.skew(asked.minusSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(heard.skew(asked.plusMillis(1100))).isEqualTo(Duration.ofSeconds(1));
    }
}
