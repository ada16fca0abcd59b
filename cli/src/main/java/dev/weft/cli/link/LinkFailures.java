package dev.weft.cli.link;

import dev.weft.cli.failure.CommandFailure;
import java.util.List;

/** The failures of linking two clusters. */
final class LinkFailures {

    private LinkFailures() {}

    static CommandFailure sameContext(String context) {
        return CommandFailure.failed(
                "WEFT-L360",
                "cluster " + context + " cannot be linked with itself",
                "name two contexts of kubectl: 'kubectl config get-contexts' lists them");
    }

    static CommandFailure sameTrustDomain(ClusterEnd a, ClusterEnd b) {
        return CommandFailure.failed(
                "WEFT-L361",
                "clusters " + a.context() + " and " + b.context() + " are both trust domain " + a.trustDomain(),
                "their identities could not be told apart: install one of them with another --trust-domain");
    }

    static CommandFailure overlap(ClusterEnd a, ClusterEnd b, String ranges) {
        return CommandFailure.failed(
                "WEFT-L362",
                "clusters " + a.context() + " and " + b.context() + " have addresses in common: " + ranges,
                "an address could be in either of them. If only ranges of Services overlap, use:",
                "--ranges CONTEXT=CIDR,... of the pods alone, for both: then Services with an address of their own are"
                        + " not called across");
    }

    static CommandFailure noRanges(String context, String why) {
        return CommandFailure.failed(
                "WEFT-L363",
                "it is not known which addresses the pods of cluster " + context + " have: " + why,
                "give them: --ranges " + context + "=CIDR,... of its pods and Services");
    }

    static CommandFailure noAddress(String context) {
        return CommandFailure.failed(
                "WEFT-L364",
                "the control plane of cluster " + context + " has no address that another cluster reaches",
                "'weft upgrade --context " + context + " --peering LoadBalancer | kubectl --context " + context
                        + " apply -f -' gives it one; or give the address: --address " + context + "=HOST:PORT");
    }

    static CommandFailure notMet(ClusterEnd a, ClusterEnd b, List<String> reasons) {
        return CommandFailure.failed(
                "WEFT-L365",
                "clusters " + a.context() + " and " + b.context()
                        + " are linked, and have not met yet; they go on trying",
                reasons.toArray(String[]::new));
    }

    static CommandFailure refused(String context, String what, String why) {
        return CommandFailure.failed(
                "WEFT-L366",
                what + " in cluster " + context + " is left as it is: " + why,
                "'weft link --dry-run' prints what a link would write");
    }

    static CommandFailure doesNotTell(ClusterEnd by, ClusterEnd of) {
        return CommandFailure.failed(
                "WEFT-L113",
                "the control plane of cluster " + by.context()
                        + " has another version, and does not report whether it reaches the control plane of cluster "
                        + of.context(),
                "both clusters have the object of the other: 'weft upgrade --context " + by.context()
                        + "' makes it report that; 'weft unlink " + by.context() + " " + of.context()
                        + " --cluster' removes the link");
    }

    /** @param takenBack whether the object was removed from the first cluster again */
    static CommandFailure half(CommandFailure second, ClusterEnd a, ClusterEnd b, boolean takenBack) {
        return second.with(
                takenBack
                        ? "what was written to cluster " + a.context() + " is removed again"
                        : "cluster " + a.context() + " has TrustDomain " + b.trustDomain()
                                + ", and trusts it: 'weft unlink " + a.context() + " " + b.context()
                                + " --cluster' removes it, or link them again");
    }

    static CommandFailure notLinked(String a, String b) {
        return CommandFailure.failed(
                "WEFT-L367",
                "clusters " + a + " and " + b + " are not linked",
                "'weft link " + a + " " + b + " --cluster' links them");
    }

    static CommandFailure otherLink(String context, ClusterEnd other) {
        return CommandFailure.failed(
                "WEFT-L368",
                "cluster " + context + " is linked with another cluster of trust domain " + other.trustDomain()
                        + ", whose anchors are not those of cluster " + other.context(),
                "two clusters need two trust domains: install one of them with another --trust-domain",
                "if it is the same cluster with new anchors: 'weft unlink " + context + " " + other.context()
                        + " --cluster' first");
    }
}
