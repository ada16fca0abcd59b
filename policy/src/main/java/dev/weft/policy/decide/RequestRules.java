package dev.weft.policy.decide;

import dev.weft.policy.request.HttpRequest;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rules that decide on each request of one peer to one port. Immutable. */
public final class RequestRules {

    /** Length after which a path or method in a reason is cut, in characters. */
    private static final int MAX_SHOWN = 128;

    private final RequestGroups denies;
    private final RequestGroups allows;
    private final RequestGroups audits;
    private final Peer peer;
    private final int port;
    /**
     * The decision that admits each request that no Deny policy matches; null if an Allow policy about requests must
     * match.
     */
    private final @Nullable Decision defaultAdmission;

    /** Lists all Allow policies of the port. Called only for a refusal, since there may be many. */
    private final Supplier<String> allowingNames;

    private final boolean mustBeHttp;

    /**
     * Creates the rules of a connection.
     *
     * @param allows policies of which one must match each request, unless another decision admits it
     * @param otherwise the decision that admits requests that no Deny policy matches; null if there is none
     * @param allowingNames lists the names of all Allow policies of the port
     */
    RequestRules(
            RequestGroups denies,
            RequestGroups allows,
            RequestGroups audits,
            Peer peer,
            int port,
            @Nullable Decision otherwise,
            Supplier<String> allowingNames) {
        this.denies = denies;
        this.allows = allows;
        this.audits = audits;
        this.peer = peer;
        this.port = port;
        this.defaultAdmission = otherwise;
        this.allowingNames = allowingNames;
        this.mustBeHttp = otherwise == null || !denies.isEmpty();
    }

    /** Whether traffic that is not HTTP is refused; false where requests are only recorded. */
    public boolean mustBeHttp() {
        return mustBeHttp;
    }

    /** Decides on a request; the outcome is {@link Outcome#ALLOW} or {@link Outcome#DENY}. */
    public Decision decide(HttpRequest request) {
        Decision decision = withoutAudit(request);
        List<String> audited = audits.names(request);
        return audited.isEmpty() ? decision : decision.withAudited(audited);
    }

    private Decision withoutAudit(HttpRequest request) {
        if (mustBeHttp && !request.hasJudgeablePath()) {
            String reason = "the request has no path that policy can judge";
            return new Decision(Outcome.DENY, Code.NOT_ALLOWED, Decision.BY_DEFAULT, reason, List.of());
        }
        RequestGroup.Member denying = denies.first(request);
        if (denying != null) {
            String deny = denying.policy().fullName();
            String reason = deny + " denies " + shown(request) + " of " + peer.named() + " on port " + port;
            return new Decision(Outcome.DENY, Code.DENIED, deny, reason, List.of());
        }
        if (defaultAdmission != null) {
            return defaultAdmission;
        }
        RequestGroup.Member allowing = allows.first(request);
        return allowing != null ? allowing.admission() : notAllowed(request);
    }

    private Decision notAllowed(HttpRequest request) {
        String reason = "port " + port + " is open only to requests that " + allowingNames.get() + " allows, not to "
                + shown(request) + " of " + peer.named();
        return new Decision(
                Outcome.DENY, Code.NOT_ALLOWED, allows.leader().policy().fullName(), reason, List.of());
    }

    private static String shown(HttpRequest request) {
        String path = request.path().isEmpty() ? request.host() : request.path();
        return cut(request.method()) + " " + cut(path);
    }

    private static String cut(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }
}
