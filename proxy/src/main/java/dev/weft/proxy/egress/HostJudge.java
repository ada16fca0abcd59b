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
import org.jspecify.annotations.Nullable;

/** Judges requests only by the host that each of them names. */
final class HostJudge implements RequestJudge {
    private static final Decision ALLOWED = new Decision(Outcome.ALLOW, Code.ALLOWED, "", "", List.of());

    private final Hosts hosts;
    private final HeadLimits heads;
    private final Consumer<RequestRecord> ended;

    /** Decides whether a host may be called. */
    @FunctionalInterface
    interface Hosts {
        /**
         * Returns why the host that a request names may not be called; null if it may. The host is a name in lower
         * case, without a port; empty if the request names none.
         */
        @Nullable
        Refusal refusal(HttpRequest request);
    }

    /** @param ended receives each allowed request that has ended */
    HostJudge(Hosts hosts, HeadLimits heads, Consumer<RequestRecord> ended) {
        this.hosts = hosts;
        this.heads = heads;
        this.ended = ended;
    }

    @Override
    public HeadLimits heads() {
        return heads;
    }

    @Override
    public Decision judge(HttpRequest request) {
        Refusal refusal = hosts.refusal(request);
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
