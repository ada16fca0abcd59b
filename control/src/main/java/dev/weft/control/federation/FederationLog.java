package dev.weft.control.federation;

import dev.weft.identity.bundle.SpiffeBundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the results of fetching bundles. */
final class FederationLog {

    private static final Logger LOG = LoggerFactory.getLogger(FederationClient.class);

    private FederationLog() {}

    static void fetched(FollowedDomain domain, SpiffeBundle bundle) {
        LOG.atInfo()
                .addKeyValue("trustDomain", domain.trustDomain)
                .addKeyValue("url", domain.wanted.endpoint().url())
                .addKeyValue("anchors", bundle.anchors().size())
                .addKeyValue("jwtAuthorities", bundle.jwtAuthorities().size())
                .addKeyValue(
                        "sequence",
                        bundle.sequence().isPresent() ? bundle.sequence().getAsLong() : "none")
                .addKeyValue("ignored", domain.ignored)
                .log("trust bundle of a federated trust domain");
    }

    static void failed(FollowedDomain domain, FetchException because) {
        LOG.atWarn()
                .addKeyValue("trustDomain", domain.trustDomain)
                .addKeyValue("code", because.kind().code())
                .addKeyValue("reason", because.getMessage())
                .addKeyValue("failuresInARow", domain.failures)
                .log("no trust bundle from a federated trust domain");
    }

    static void ended(FollowedDomain domain) {
        LOG.atInfo().addKeyValue("trustDomain", domain.trustDomain).log("federation ended");
    }

    static void restarted(FollowedDomain domain) {
        LOG.atInfo().addKeyValue("trustDomain", domain.trustDomain).log("federation starts over with other anchors");
    }
}
