package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.settings.HeadLimits;
import java.util.function.Consumer;

/** A judge that asks another one. */
abstract class JudgeFilter implements RequestJudge {
    private final RequestJudge judge;

    JudgeFilter(RequestJudge judge) {
        this.judge = judge;
    }

    @Override
    public Decision judge(HttpRequest request) {
        return judge.judge(request);
    }

    @Override
    public boolean waits(HttpRequest request, Decision refused, Consumer<Decision> then) {
        return judge.waits(request, refused, then);
    }

    @Override
    public Decision judgeAgain(HttpRequest request) {
        return judge.judgeAgain(request);
    }

    @Override
    public boolean strict() {
        return judge.strict();
    }

    @Override
    public boolean lenient() {
        return judge.lenient();
    }

    @Override
    public boolean partlyPassed() {
        return judge.partlyPassed();
    }

    @Override
    public boolean passesConnect() {
        return judge.passesConnect();
    }

    @Override
    public HeadLimits heads() {
        return judge.heads();
    }

    @Override
    public String clientId() {
        return judge.clientId();
    }

    @Override
    public Passing passing(HttpRequest request) {
        return judge.passing(request);
    }

    @Override
    public String reason(Decision decision) {
        return judge.reason(decision);
    }

    @Override
    public void refused(GateRefusal why) {
        judge.refused(why);
    }

    @Override
    public void limitHit(Limit limit) {
        judge.limitHit(limit);
    }

    @Override
    public void ended(RequestRecord request, HttpRequest judged) {
        judge.ended(request, judged);
    }
}
