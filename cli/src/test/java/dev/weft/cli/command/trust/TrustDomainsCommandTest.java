package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.FollowedBundle;
import dev.weft.api.v1.PeerLink;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.command.Printed;
import dev.weft.cli.screen.Format;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TrustDomainsCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static TrustDomainsCommand.Listed listed(String name, boolean own, FollowedBundle.Builder followed) {
        TrustDomainInfo.Builder info = TrustDomainInfo.newBuilder()
                .setTrustDomain(name)
                .setOwn(own)
                .setState(TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                .setAnchors(1)
                .setSequence(3)
                .setAcknowledged(2)
                .setProxies(2);
        if (!followed.getUrl().isEmpty()) {
            info.setFollowed(followed);
        }
        if (name.equals("b.example")) {
            info.setLink(PeerLink.newBuilder()
                    .setState("away")
                    .setAddress("10.243.0.1:15012")
                    .setSince(NOW.minusSeconds(60).getEpochSecond())
                    .setServices(2)
                    .setProblem("no connection to 10.243.0.1:15012"));
        }
        return TrustDomainsCommand.Listed.of("a", info.build(), NOW);
    }

    private static FollowedBundle.Builder followed() {
        return FollowedBundle.newBuilder()
                .setUrl("https://10.243.0.1:15013/")
                .setProfile("https_spiffe")
                .setFetched(NOW.minusSeconds(200).getEpochSecond())
                .setSequence(7)
                .setRefreshHintSeconds(10)
                .setNext(NOW.plusSeconds(5).getEpochSecond());
    }

    private static FollowedBundle.Builder failing() {
        return followed()
                .setFailures(3)
                .setFailureCode("WEFT-C051")
                .setFailureReason("it is away")
                .setFailedAt(NOW.minusSeconds(5).getEpochSecond());
    }

    @Test
    void showsHowOldABundleIsAndWhyNoOtherIsFetched() {
        Printed printed = new Printed();
        TrustDomainsCommand.print(
                printed.screen(),
                List.of(
                        listed("a.example", true, FollowedBundle.newBuilder()),
                        listed("b.example", false, followed()),
                        listed("c.example", false, failing()),
                        listed("d.example", false, FollowedBundle.newBuilder())),
                false);
        assertThat(printed.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "MESH TRUST DOMAIN STATE ANCHORS REVOKED SEQUENCE SIDECARS BUNDLE LINK REASON",
                        "a a.example active 1 0 3 2/2 own - -",
                        "a b.example active 1 0 3 2/2 3m 20s old away -",
                        "a c.example active 1 0 3 2/2 3m 20s old, WEFT-C051 - -",
                        "a d.example active 1 0 3 2/2 fixed - -",
                        "! b.example in a: no connection to 10.243.0.1:15012",
                        "! c.example in a: it is away (WEFT-C051); what was fetched last stays in use");
    }

    @Test
    void theWideTableHasTheAddresses() {
        Printed printed = new Printed();
        TrustDomainsCommand.print(printed.screen(), List.of(listed("b.example", false, followed())), true);
        assertThat(printed.out())
                .contains("FETCHED FROM", "CONTROL PLANE", "https://10.243.0.1:15013/  10.243.0.1:15012");
    }

    @Test
    void theDocumentHasAllOfIt() {
        Printed printed = new Printed();
        Format.JSON.print(printed.screen(), List.of(listed("b.example", false, failing())), () -> {});
        assertThat(printed.out())
                .contains("\"url\" : \"https://10.243.0.1:15013/\"", "\"fetched\" : \"2026-03-01T11:56:40Z\"")
                .contains("\"ageSeconds\" : 200", "\"sequence\" : 7", "\"next\" : \"2026-03-01T12:00:05Z\"")
                .contains("\"state\" : \"away\"", "\"since\" : \"2026-03-01T11:59:00Z\"", "\"services\" : 2")
                .contains("\"code\" : \"WEFT-C051\"", "\"at\" : \"2026-03-01T11:59:55Z\"");
    }
}
