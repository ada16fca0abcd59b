package dev.weft.cli.check;

import static dev.weft.cli.check.Seen.DAY;
import static dev.weft.cli.check.Seen.before;
import static dev.weft.cli.check.Verdicts.assertFailed;
import static dev.weft.cli.check.Verdicts.assertOk;
import static dev.weft.cli.check.Verdicts.assertWarning;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.AnchorLife;
import dev.weft.api.v1.FollowedBundle;
import dev.weft.api.v1.PeerLink;
import dev.weft.api.v1.TrustDomainState;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bundles of other trust domains, and the anchors in them. */
final class FederationChecksTest {

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
        assertThat(Seen.well().controlPlaneSilent().check("federation").result())
                .isEqualTo(Result.UNKNOWN);
    }

    @Test
    void linksNamesThoseWhoseControlPlanesAreNotReachedOrNotBelieved() {
        assertOk(Seen.well().check("links"), "there are none");
        assertOk(
                linked(link -> link.setState("connected")).check("links"),
                "the control planes of 1 trust domain are followed");
        assertWarning(
                linked(link -> link.setState("away").setServices(2).setProblem("no connection"))
                        .check("links"),
                "b.example is away since 5m; what is known of it stays in use: no connection");
        assertFailed(
                linked(link -> link.setState("away")).check("links"),
                "b.example is away since 5m, and nothing of it is known");
        assertWarning(
                linked(link -> link.setState("connected").setRefused(3).setProblem("an address outside"))
                        .check("links"),
                "b.example: 3 of the objects that it reports are not accepted: an address outside");
        assertOk(
                Seen.well()
                        .follows(
                                info -> info.setState(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED)
                                        .setLink(PeerLink.newBuilder().setState("disabled")),
                                _ -> {})
                        .check("links"),
                "there are none");
        assertThat(Seen.well().controlPlaneSilent().check("links").result()).isEqualTo(Result.UNKNOWN);
    }

    private static Seen linked(Consumer<PeerLink.Builder> change) {
        PeerLink.Builder link = PeerLink.newBuilder().setSince(before(Duration.ofMinutes(5)));
        change.accept(link);
        return Seen.well().follows(info -> info.setLink(link), _ -> {});
    }

    private static FollowedBundle.Builder failing(FollowedBundle.Builder bundle, Duration age) {
        return bundle.setFailures(3)
                .setFailureCode("WEFT-C051")
                .setFailureReason("it is away")
                .setFetched(before(age));
    }

    @Test
    void otherAnchors() {
        assertOk(Seen.well().check("other-anchors"), "no other trust domain");
        assertOk(anchorsOfB(3650).check("other-anchors"), "the anchors of 1 other trust domain are valid");
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
                        info -> IntStream.of(days)
                                .mapToObj(FederationChecksTest::endingIn)
                                .forEach(info::addAnchorLives),
                        _ -> {});
    }

    private static AnchorLife endingIn(int days) {
        return AnchorLife.newBuilder()
                .setSubject("CN=B")
                .setNotBefore(before(DAY.multipliedBy(3650 - days)))
                .setNotAfter(before(DAY.multipliedBy(-days)))
                .build();
    }
}
