package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.BundleVersion;
import dev.weft.api.v1.IssuerInfo;
import dev.weft.api.v1.LeafInfo;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.command.Printed;
import dev.weft.cli.screen.Format;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Certificates;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class TrustShowCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String ANCHOR_KEY = "3f2a91c07d5e".repeat(5) + "3f2a";
    private static final String ISSUER_KEY = "77b1e05a0c9d".repeat(5) + "77b1";

    private final Printed printed = new Printed();

    private static ShowTrustResponse.Builder trust() {
        byte[] certificate = Certificates.encode(TrustAnchors.create(
                        "Weft anchor of cluster.local", Duration.ofDays(3650), Clock.fixed(NOW, ZoneOffset.UTC))
                .certificate());
        return ShowTrustResponse.newBuilder()
                .setTrustDomain("cluster.local")
                .addAnchors(AnchorInfo.newBuilder()
                        .setSubject("CN=Weft anchor of cluster.local")
                        .setSpkiSha256(ANCHOR_KEY)
                        .setNotAfter(NOW.plus(Duration.ofDays(3650)).getEpochSecond())
                        .setState(AuthorityState.AUTHORITY_STATE_CURRENT)
                        .setCertificate(ByteString.copyFrom(certificate)))
                .addIssuers(IssuerInfo.newBuilder()
                        .setSubject("CN=Weft issuer of cluster.local")
                        .setSpkiSha256(ISSUER_KEY)
                        .setNotAfter(NOW.plus(Duration.ofDays(365)).getEpochSecond())
                        .setState(AuthorityState.AUTHORITY_STATE_CURRENT)
                        .setLiveLeaves(2)
                        .addChain(ByteString.copyFrom(certificate))
                        .setAnchorSpkiSha256(ANCHOR_KEY))
                .addIssuers(IssuerInfo.newBuilder()
                        .setSpkiSha256("00ff00ff00ff00ff")
                        .setState(AuthorityState.AUTHORITY_STATE_PENDING))
                .addBundles(BundleVersion.newBuilder()
                        .setTrustDomain("cluster.local")
                        .setSequence(4))
                .addProxies(proxy("shop/api", true, 4))
                .addProxies(proxy("shop/web", false, 3))
                .addProxies(ProxyInfo.newBuilder().setWorkload("shop/new"));
    }

    private static ProxyInfo proxy(String workload, boolean connected, long sequence) {
        return ProxyInfo.newBuilder()
                .setWorkload(workload)
                .setConnected(connected)
                .setSince(NOW.minusSeconds(120).getEpochSecond())
                .setLeaf(LeafInfo.newBuilder()
                        .setNotAfter(NOW.plus(Duration.ofHours(23)).getEpochSecond())
                        .setIssuerSpkiSha256(ISSUER_KEY))
                .addAcknowledged(BundleVersion.newBuilder()
                        .setTrustDomain("cluster.local")
                        .setSequence(sequence))
                .build();
    }

    private String shown(ShowTrustResponse trust) {
        TrustShowCommand.print(printed.screen(), TrustDocument.of("m", trust), NOW);
        return printed.out();
    }

    @Test
    void showsAnchorsIssuersAndWhoHoldsWhat() {
        assertThat(shown(trust().build())).isEqualTo("""
                trust domain cluster.local of mesh m

                ANCHOR                           STATE    ENDS    KEY
                CN=Weft anchor of cluster.local  current  in 10y  3f2a91c07d5e

                ISSUER                           STATE    ENDS     LEAVES  KEY           UNDER
                CN=Weft issuer of cluster.local  current  in 365d       2  77b1e05a0c9d  3f2a91c07d5e
                a request, not signed yet        pending  -             0  00ff00ff00ff  -

                WORKLOAD  CONNECTED  CERT ENDS  ISSUER        BUNDLES
                shop/api  2m         in 23h     77b1e05a0c9d  all
                shop/web  away 2m    in 23h     77b1e05a0c9d  cluster.local 3 of 4
                shop/new  never      -          -             cluster.local none of 4

                1 of 3 workloads hold cluster.local 4
                """);
    }

    @Test
    void namesWhatIsWrongWithTheIssuerAndTheRotationThatRuns() {
        String shown = shown(trust().setIssuerProblem("the key is another's")
                .setIssuerDirectory("/etc/issuer")
                .setRotation(RotationStatus.newBuilder()
                        .setStep(RotationStep.ROTATION_STEP_REISSUE_OLD)
                        .setDone(1)
                        .setTotal(3))
                .build());

        assertThat(shown)
                .contains("! the issuer's files are not in use: the key is another's")
                .contains("the issuer is kept in /etc/issuer")
                .contains("a rotation is running: reissue-old, 1 of 3");
    }

    @Test
    void saysThatNobodyIsMeshed() {
        assertThat(shown(trust().clearProxies().build())).contains("no workload is meshed");
    }

    @Test
    void describesAllOfItForPrograms() {
        Format.JSON.print(printed.screen(), TrustDocument.of("m", trust().build()), () -> {});

        assertThat(printed.out())
                .contains("\"keySha256\" : \"" + ANCHOR_KEY + "\"", "\"state\" : \"current\"")
                .contains("\"notAfter\" : \"2036-02-27T12:00:00Z\"", "\"holdsAll\" : false")
                .contains("\"published\" : {\n    \"cluster.local\" : 4\n  }", "-----BEGIN CERTIFICATE-----")
                .doesNotContain("PRIVATE KEY");
    }
}
