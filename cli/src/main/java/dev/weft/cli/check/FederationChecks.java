package dev.weft.cli.check;

import dev.weft.api.v1.AnchorLife;
import dev.weft.api.v1.FollowedBundle;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.screen.Human;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Checks the trust bundles of other trust domains. */
final class FederationChecks {

    /** A bundle older than this many refresh hints is old: a rotation waits for others at most half as long. */
    static final int OLD_IN_HINTS = 8;

    /** Age below which no bundle is old: for bundles without a refresh hint, or with a short one. */
    static final Duration LEAST_OLD = Duration.ofMinutes(2);

    private static final String ACTION =
            "check that the endpoint is reachable and proves the right identity: docs/federation.md";

    private FederationChecks() {}

    static Verdict bundles(Observation seen) {
        return MeshChecks.known(seen, seen.domains(), domains -> {
            List<TrustDomainInfo> followed = domains.stream()
                    .filter(TrustDomainInfo::hasFollowed)
                    .filter(info -> info.getState() == TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                    .toList();
            Findings findings = new Findings();
            followed.forEach(info -> judge(findings, info, seen.now()));
            return findings.verdict(
                    followed.isEmpty() ? "no bundle is fetched from others" : fresh(followed, seen.now()),
                    "a trust bundle cannot be fetched; rotations over there are not followed meanwhile",
                    ACTION);
        });
    }

    static Verdict anchors(Observation seen) {
        return MeshChecks.known(seen, seen.domains(), domains -> {
            List<TrustDomainInfo> others = domains.stream()
                    .filter(info -> !info.getOwn())
                    .filter(info -> info.getState() == TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                    .toList();
            Findings findings = new Findings();
            others.forEach(info -> ends(findings, info, seen.now()));
            return findings.verdict(
                    others.isEmpty()
                            ? "no other trust domain is trusted"
                            : "the anchors of " + Human.count(others.size(), "other trust domain") + " are valid",
                    "anchors of other trust domains end soon, or have ended",
                    "its operator makes another anchor; then 'weft link' again, or change the TrustDomain");
        });
    }

    /**
     * Warns of each anchor that ends soon. Only if all anchors end is the check failed: with one, the trust domain is
     * still trusted.
     */
    private static void ends(Findings findings, TrustDomainInfo info, Instant now) {
        List<AnchorLife> ending = info.getAnchorLivesList().stream()
                .filter(anchor -> life(anchor).lessLeft(AuthorityChecks.ANCHOR_WARNING, now))
                .toList();
        boolean lastOne = ending.size() == info.getAnchorLivesCount();
        for (AnchorLife anchor : ending) {
            String finding = info.getTrustDomain() + ": " + anchor.getSubject() + " "
                    + life(anchor).text(now);
            if (lastOne && life(anchor).lessLeft(AuthorityChecks.NEARLY_ENDED, now)) {
                findings.failed(finding);
            } else {
                findings.warning(finding);
            }
        }
    }

    private static Lifetime life(AnchorLife anchor) {
        return Lifetime.ofSeconds(anchor.getNotBefore(), anchor.getNotAfter());
    }

    private static void judge(Findings findings, TrustDomainInfo info, Instant now) {
        FollowedBundle bundle = info.getFollowed();
        if (bundle.getFailures() == 0) {
            return;
        }
        String why = bundle.getFailureCode() + ": " + bundle.getFailureReason();
        if (info.getAnchors() == 0) {
            findings.failed(info.getTrustDomain() + ": nothing of it is trusted. " + why);
        } else if (bundle.getFetched() == 0) {
            findings.warning(info.getTrustDomain() + ": never fetched, the anchors of its object are in use. " + why);
        } else {
            Duration age = age(bundle, now);
            String finding =
                    info.getTrustDomain() + ": the bundle of " + Human.duration(age) + " ago stays in use. " + why;
            if (age.compareTo(old(bundle)) > 0) {
                findings.failed(finding);
            } else {
                findings.warning(finding);
            }
        }
    }

    private static Duration old(FollowedBundle bundle) {
        Duration hinted = Duration.ofSeconds(bundle.getRefreshHintSeconds()).multipliedBy(OLD_IN_HINTS);
        return hinted.compareTo(LEAST_OLD) > 0 ? hinted : LEAST_OLD;
    }

    private static String fresh(List<TrustDomainInfo> followed, Instant now) {
        Duration oldest = followed.stream()
                .filter(info -> info.getFollowed().getFetched() != 0)
                .map(info -> age(info.getFollowed(), now))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return Human.count(followed.size(), "bundle") + " fetched from others, the oldest " + Human.duration(oldest)
                + " ago";
    }

    private static Duration age(FollowedBundle bundle, Instant now) {
        Duration age = Duration.between(Instant.ofEpochSecond(bundle.getFetched()), now);
        return age.isNegative() ? Duration.ZERO : age;
    }
}
