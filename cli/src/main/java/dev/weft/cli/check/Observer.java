package dev.weft.cli.check;

import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.cli.check.Observation.Heard;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.cli.mesh.Sidecars;
import dev.weft.cli.mesh.Sidecars.Answer;
import dev.weft.cli.mesh.Sidecars.Timed;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Looks at a mesh: asks the control plane and every sidecar at the same time, and waits for none of them longer than the limit. */
public final class Observer {

    /** Whoever has not answered by then is silent. */
    static final Duration LIMIT = Duration.ofMillis(1500);

    private static final String CONTROL_PLANE = "the control plane";

    private Observer() {}

    /**
     * The mesh as it is now.
     *
     * @throws IOException if not even its supervisor's record can be read
     */
    public static Observation observe(MeshHandle mesh, Clock clock) throws IOException {
        PsSnapshot ps = mesh.ps();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Heard<ShowTrustResponse>> trust =
                    CompletableFuture.supplyAsync(() -> trust(mesh, clock), threads);
            Instant asked = clock.instant();
            List<Heard<SidecarStatus>> sidecars = new Sidecars(mesh)
                    .timedStatuses(ps.workloads(), clock, LIMIT).stream()
                            .map(answer -> heard(answer, asked))
                            .toList();
            return new Observation(asked, ps, trust.join(), sidecars);
        }
    }

    private static Heard<ShowTrustResponse> trust(MeshHandle mesh, Clock clock) {
        try (Operator operator = Operator.of(mesh)) {
            Instant asked = clock.instant();
            try {
                ShowTrustResponse answer = operator.call(channel -> TrustOperatorGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                        .showTrust(ShowTrustRequest.getDefaultInstance()));
                return Heard.answer(CONTROL_PLANE, answer, asked, Duration.between(asked, clock.instant()));
            } catch (CommandFailure e) {
                return Heard.silence(CONTROL_PLANE, e.what(), asked, Duration.between(asked, clock.instant()));
            }
        }
    }

    private static Heard<SidecarStatus> heard(Answer<Timed> answer, Instant asked) {
        String workload = answer.workload().qualifiedName();
        return answer.answer()
                .map(timed -> Heard.answer(workload, timed.status(), timed.asked(), timed.took()))
                .orElseGet(() -> Heard.silence(workload, answer.error(), asked, LIMIT));
    }
}
