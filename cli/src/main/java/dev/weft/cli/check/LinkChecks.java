package dev.weft.cli.check;

import dev.weft.api.v1.PeerLink;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.screen.Human;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Checks the links to other trust domains. */
final class LinkChecks {

    private LinkChecks() {}

    static Verdict links(Observation seen) {
        return MeshChecks.known(seen, seen.domains(), domains -> {
            List<TrustDomainInfo> linked = domains.stream()
                    .filter(TrustDomainInfo::hasLink)
                    .filter(info -> info.getState() == TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                    .toList();
            Findings findings = new Findings();
            linked.forEach(info -> judge(findings, info.getTrustDomain(), info.getLink(), seen.now()));
            return findings.verdict(
                    linked.isEmpty()
                            ? "there are none"
                            : "the control planes of " + Human.count(linked.size(), "trust domain") + " are followed",
                    "control planes of linked trust domains cannot be reached, or report objects that are not accepted",
                    "check that its address is reachable, and that its ranges are complete: docs/clusters.md");
        });
    }

    private static void judge(Findings findings, String trustDomain, PeerLink link, Instant now) {
        String why = link.getProblem().isEmpty() ? "" : ": " + link.getProblem();
        if (!link.getState().equals("connected")) {
            Duration away = Duration.between(Instant.ofEpochSecond(link.getSince()), now);
            String finding = trustDomain + " is away since " + Human.duration(away.isNegative() ? Duration.ZERO : away);
            if (link.getWorkloads() == 0 && link.getServices() == 0) {
                findings.failed(finding + ", and nothing of it is known" + why);
            } else {
                findings.warning(finding + "; what is known of it stays in use" + why);
            }
        } else if (link.getRefused() > 0) {
            findings.warning(
                    trustDomain + ": " + link.getRefused() + " of the objects that it reports are not accepted" + why);
        }
    }
}
