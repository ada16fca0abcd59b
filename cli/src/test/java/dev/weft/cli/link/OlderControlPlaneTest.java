package dev.weft.cli.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.FollowedBundle;
import dev.weft.api.v1.PeerLink;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a control plane tells that is from before links were told of. */
final class OlderControlPlaneTest {

    private static final ClusterEnd EAST = end("east");
    private static final ClusterEnd WEST = end("west");

    private static ClusterEnd end(String context) {
        return new ClusterEnd(
                context,
                TrustDomain.parse(context + ".example"),
                "",
                List.of("192.0.2.1:15012"),
                "https://192.0.2.1:15013/",
                AddressRanges.of(List.of("10.8.0.0/16")));
    }

    private static TrustDomainInfo.Builder info(long fetched) {
        return TrustDomainInfo.newBuilder()
                .setTrustDomain("west.example")
                .setFollowed(FollowedBundle.newBuilder().setFetched(fetched));
    }

    @Test
    void whatItNeverTellsIsNotWaitedFor() {
        assertThatThrownBy(() -> ClusterLinks.missing(
                        EAST, WEST, Optional.of(info(1_900_000_000L).build())))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> {
                    assertThat(failure.code()).isEqualTo("WEFT-L113");
                    assertThat(failure.what()).contains("cluster east has another version");
                });
    }

    @Test
    void oneThatHasNotFetchedYetMayTellLater() {
        assertThat(ClusterLinks.missing(EAST, WEST, Optional.of(info(0).build())))
                .anySatisfy(line -> assertThat(line).contains("east does not report whether it reaches"))
                .anySatisfy(line -> assertThat(line).contains("east has not fetched the trust bundle of west"));
    }

    @Test
    void oneThatTellsOfTheLinkIsBelieved() {
        PeerLink connected = PeerLink.newBuilder().setState("connected").build();
        assertThat(ClusterLinks.missing(
                        EAST,
                        WEST,
                        Optional.of(info(1_900_000_000L).setLink(connected).build())))
                .isEmpty();
        PeerLink away = PeerLink.newBuilder()
                .setState("away")
                .setProblem("no connection")
                .build();
        assertThat(ClusterLinks.missing(
                        EAST,
                        WEST,
                        Optional.of(info(1_900_000_000L).setLink(away).build())))
                .containsExactly("east does not reach the control plane of west at 192.0.2.1:15012: no connection");
    }
}
