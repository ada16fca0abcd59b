package dev.weft.proxy.egress;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.RequestJudge;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.settings.HeadLimits;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Judges requests only by the host that each of them names.
 *
 * @param hosts returns why the host that a request names may not be called; null if it may. The host is a name in lower
 *     case, without a port; empty if the request names none
 * @param heads how large heads may be
 * @param ended receives each allowed request that has ended
 */
record HostJudge(Function<HttpRequest, @Nullable Refusal> hosts, HeadLimits heads, Consumer<RequestRecord> ended)
        implements RequestJudge {
    private static final Decision ALLOWED = new Decision(Outcome.ALLOW, Code.ALLOWED, "", "", List.of());

    @Override
    public Decision judge(HttpRequest request) {
        Refusal refusal = hosts.apply(request);
        return refusal == null
                ? ALLOWED
                : new Decision(Outcome.DENY, Code.NOT_ALLOWED, "", refusal.reason(), List.of());
    }

    @Override
    public Decision judgeAgain(HttpRequest request) {
        return judge(request);
    }

    /** Empty: servers outside of the mesh are not told who calls. */
    @Override
    public String clientId() {
        return "";
    }

    @Override
    public void ended(RequestRecord request, HttpRequest judged) {
        if (request.decision().allowed()) { // a denied one ends the connection, which is counted
            ended.accept(request);
        }
    }
}
