package dev.weft.cli.link;

import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.cli.cluster.Kubectl;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** A clock by which the time is up as soon as west follows east, and east says why it does not follow west; not when first asked. */
final class TimeIsUp extends Clock {

    private static final Instant BEGIN = Instant.parse("2030-01-01T12:00:00Z");

    private final TwoContexts contexts;
    private boolean begun;

    TimeIsUp(TwoContexts contexts) {
        this.contexts = contexts;
    }

    @Override
    public Instant instant() {
        if (!begun) {
            begun = true;
            return BEGIN;
        }
        try {
            boolean known = knows("east", "west")
                            .filter(info -> !info.getLink().getProblem().isEmpty()
                                    && info.getFollowed().getFailures() > 0)
                            .isPresent()
                    && knows("west", "east")
                            .filter(info -> info.getLink().getState().equals("connected")
                                    && info.getFollowed().getFetched() > 0)
                            .isPresent();
            return known ? BEGIN.plusSeconds(60) : BEGIN;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<TrustDomainInfo> knows(String context, String other) throws IOException {
        return LinkedCluster.open(new Kubectl(contexts.kubectl().toString(), Optional.of(context), Optional.empty()))
                .knows(TrustDomain.parse(other + ".example"));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
