package dev.weft.policy.decide;

import dev.weft.policy.request.HttpRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides on the requests of one peer to one port. */
final class JudgedRequests implements RequestRules {

    /** How much of a path a reason shows, in characters. */
    private static final int MAX_SHOWN = 128;

    private final RequestIndexes indexes;
    private final Peer peer;
    private final int port;
    /** What admits each request that no Deny matches; null if an Allow about requests must match. */
    private final @Nullable Decision otherwise;

    private final String allowing;
    private final boolean mustBeHttp;

    JudgedRequests(RequestIndexes indexes, Peer peer, int port, @Nullable Decision otherwise, String allowing) {
        this.indexes = indexes;
        this.peer = peer;
        this.port = port;
        this.otherwise = otherwise;
        this.allowing = allowing;
        this.mustBeHttp = otherwise == null || !indexes.denies().names().isEmpty();
    }

    @Override
    public boolean mustBeHttp() {
        return mustBeHttp;
    }

    @Override
    public Decision decide(HttpRequest request) {
        Decision decision = withoutAudit(request);
        List<String> audited = indexes.audits().all(request);
        return audited.isEmpty() ? decision : decision.withAudited(audited);
    }

    private Decision withoutAudit(HttpRequest request) {
        if (mustBeHttp && !request.hasJudgeablePath()) {
            String reason = "the request has no path that policy can judge";
            return new Decision(Outcome.DENY, Code.NOT_ALLOWED, Decision.BY_DEFAULT, reason, List.of());
        }
        String deny = indexes.denies().first(request);
        if (deny != null) {
            String reason = deny + " denies " + shown(request) + " of " + peer.named() + " on port " + port;
            return new Decision(Outcome.DENY, Code.DENIED, deny, reason, List.of());
        }
        if (otherwise != null) {
            return otherwise;
        }
        Decision admission = indexes.allows().admission(request);
        return admission != null ? admission : notAllowed(request);
    }

    private Decision notAllowed(HttpRequest request) {
        String reason = "port " + port + " is open only to what " + allowing + " allows, and that is not "
                + shown(request) + " of " + peer.named();
        return new Decision(
                Outcome.DENY, Code.NOT_ALLOWED, indexes.allows().names().getFirst(), reason, List.of());
    }

    private static String shown(HttpRequest request) {
        String path = request.path();
        return request.method() + " " + (path.length() <= MAX_SHOWN ? path : path.substring(0, MAX_SHOWN) + "...");
    }
}
