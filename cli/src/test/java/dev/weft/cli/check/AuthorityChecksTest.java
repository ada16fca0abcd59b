package dev.weft.cli.check;

import static dev.weft.cli.check.Seen.DAY;
import static dev.weft.cli.check.Seen.NOW;
import static dev.weft.cli.check.Seen.before;
import static dev.weft.cli.check.Verdicts.assertFailed;
import static dev.weft.cli.check.Verdicts.assertOk;
import static dev.weft.cli.check.Verdicts.assertWarning;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.IssuerInfo;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Certificates;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** The anchors, the issuer, and the certificate of the control plane. */
final class AuthorityChecksTest {

    @Test
    void anchorEnd() {
        assertOk(Seen.well().check("anchor-end"), "ends in 10y");
        assertWarning(anchorEnding(300).check("anchor-end"), "CN=Anchor ends in 300d");
        assertFailed(anchorEnding(60).check("anchor-end"), "CN=Anchor ends in 60d");
        assertFailed(anchorEnding(-1).check("anchor-end"), "CN=Anchor ended 24h ago");
        assertFailed(Seen.well().trust(trust -> trust.clearAnchors()).check("anchor-end"), "no anchor is published");
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
    void issuerDirectory() {
        assertOk(Seen.well().check("issuer-directory"), "keeps the issuer itself");
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
        assertOk(Seen.well().check("issuer-anchor"), "limited to cluster.local");
        assertFailed(
                Seen.well()
                        .trust(trust -> trust.setIssuerProblem("the key is another's"))
                        .check("issuer-anchor"),
                "the key is another's");
        assertFailed(
                Seen.well().issuer(issuer -> issuer.setAnchorSpkiSha256("00")).check("issuer-anchor"),
                "no published anchor");
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
}
