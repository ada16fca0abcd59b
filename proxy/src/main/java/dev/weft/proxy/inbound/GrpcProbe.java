package dev.weft.proxy.inbound;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Passing;
import dev.weft.proxy.http.RequestJudge;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.mesh.ExemptProbe;
import dev.weft.proxy.settings.HeadLimits;
import java.util.List;
import java.util.function.Consumer;

/** Judges a connection of HTTP/2 on a port with an exempt gRPC probe: one call of the health check, and no other. */
final class GrpcProbe implements RequestJudge {
    /** A field from the header table takes one octet of the peer, and its whole length at the application. */
    private static final HeadLimits HEADS = new HeadLimits(8, 20);

    private static final Passing PASSING = new Passing(ExemptProbe.Grpc.FIELDS, ExemptProbe.Grpc.MOST_OCTETS);

    private static final Decision CHECK = new Decision(
            Outcome.ALLOW, Code.DEFAULT_ALLOWED, "probe", "the probe of the workload is exempt", List.of());
    private static final Decision OTHER = new Decision(
            Outcome.DENY,
            Code.UNAUTHENTICATED,
            Decision.BY_DEFAULT,
            "plaintext that is not exactly an exempt probe",
            List.of());

    private final Consumer<String> refuse;
    private boolean asked;

    /**
     * @param refuse receives the reason, at the first thing that no probe does; the request does not pass, but further
     *     octets may come
     */
    GrpcProbe(Consumer<String> refuse) {
        this.refuse = refuse;
    }

    /** Whether the call was seen. */
    boolean asked() {
        return asked;
    }

    @Override
    public Decision judge(HttpRequest request) {
        if (asked) {
            refuse.accept("more than one request");
            return OTHER;
        }
        asked = true;
        if (!ExemptProbe.Grpc.isCheck(request)) {
            refuse.accept("another request than the health check of gRPC");
            return OTHER;
        }
        return CHECK;
    }

    /** The connection itself ends when the probe is no longer exempt. */
    @Override
    public Decision judgeAgain(HttpRequest request) {
        return CHECK;
    }

    @Override
    public HeadLimits heads() {
        return HEADS;
    }

    @Override
    public String clientId() {
        return "";
    }

    @Override
    public Passing passing(HttpRequest request) {
        return PASSING;
    }

    @Override
    public void refused(GateRefusal why) {
        refuse.accept(why.reason());
    }

    @Override
    public void ended(RequestRecord request, HttpRequest judged) {}
}
