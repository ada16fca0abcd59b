package dev.weft.cli.check;

import static dev.weft.cli.check.Seen.DAY;
import static dev.weft.cli.check.Seen.before;
import static dev.weft.cli.check.Verdicts.assertFailed;
import static dev.weft.cli.check.Verdicts.assertOk;
import static dev.weft.cli.check.Verdicts.assertWarning;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationTarget;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What is revoked, and until when. */
final class RevocationChecksTest {

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

    @Test
    void aWorkloadWhoseCertificateIsRevokedFails() {
        assertOk(Seen.well().check("revoked"), "no workload runs on a certificate that is revoked");
        Seen shut = shutOut(before(Duration.ZERO));
        assertFailed(shut.check("revoked"), "shop/api: its certificate is revoked by identity-1 (a key in a log)");
        assertThat(shut.check("revoked").about().getFirst())
                .contains("weft revoke undo identity-1 --mesh m")
                .contains("weft restart shop/api --mesh m");
    }

    @Test
    void aRestartIsNotProposedWhileNoCertificateIsIssued() {
        assertThat(shutOut(before(Duration.ofHours(-1)))
                        .check("revoked")
                        .about()
                        .getFirst())
                .contains("it gets no new certificate before 2026-03-01T13:00:00Z")
                .doesNotContain("weft restart");
    }

    @Test
    void whatIsRevokedOfItsPastOrOfAnotherTrustDomainShutsNobodyOut() {
        assertOk(shutOut(before(Duration.ofHours(2))).check("revoked"), "no workload");
        assertOk(
                Seen.well()
                        .revocations(all ->
                                all.addRevocations(ofApi(before(Duration.ZERO)).setTrustDomain("b.example")))
                        .check("revoked"),
                "no workload");
    }

    @Test
    void aWorkloadThatIsShutOutIsNotSaidToBeDisconnectedBeside() {
        assertOk(
                shutOut(before(Duration.ZERO))
                        .api(proxy -> proxy.setConnected(false))
                        .check("connected"),
                "connected");
    }

    private static Seen shutOut(long issuedBefore) {
        return Seen.well().revocations(all -> all.addRevocations(ofApi(issuedBefore)));
    }

    private static RevocationInfo.Builder ofApi(long issuedBefore) {
        return RevocationInfo.newBuilder()
                .setId("identity-1")
                .setTrustDomain("cluster.local")
                .setReason("a key in a log")
                .setCanUndo(true)
                .setTarget(RevocationTarget.newBuilder()
                        .setIdentity(IdentityTarget.newBuilder()
                                .setSpiffeId("spiffe://cluster.local/ns/shop/sa/api")
                                .setIssuedBefore(issuedBefore)));
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
}
