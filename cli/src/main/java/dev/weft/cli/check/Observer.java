package dev.weft.cli.check;

import dev.weft.api.v1.AnalyzeRequest;
import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListRevocationsResponse;
import dev.weft.api.v1.QuestionOperatorGrpc;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.cli.check.Observation.Reply;
import dev.weft.cli.explain.MeshQuestions;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.NotInForce;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.cli.mesh.Sidecars.Answer;
import dev.weft.cli.mesh.Sidecars.TimedStatus;
import dev.weft.control.analyze.Finding;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Observes a mesh: asks the control plane and every sidecar at the same time, each with a time limit. */
public final class Observer {

    private static final String CONTROL_PLANE = "the control plane";

    private Observer() {}

    /**
     * Returns the mesh as it is now.
     *
     * @param limit how long a sidecar may take to answer
     * @throws IOException if not even the record of the mesh's supervisor can be read
     */
    public static Observation observe(Mesh mesh, Clock clock, Duration limit) throws IOException {
        List<Member> members = mesh.members();
        List<String> errors = mesh.registryErrors();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<ControlPlaneReplies> replies = CompletableFuture.supplyAsync(
                    () -> mesh.ask(
                            operator -> askControlPlane(operator, mesh.objects().isPresent(), clock, limit)),
                    threads);
            Instant asked = clock.instant();
            List<Reply<SidecarStatus>> sidecars = mesh.statuses(members, clock, limit).stream()
                    .map(answer -> reply(answer, asked, limit))
                    .toList();
            List<Parsed> files =
                    mesh.objects().map(RegistryFiles::parse).stream().toList();
            boolean unmeshed = mesh.withoutControlPlane()
                    .filter(NotInForce.NOTHING::equals)
                    .isPresent();
            ControlPlaneReplies told = replies.join();
            return new Observation(
                    mesh.ref(),
                    asked,
                    errors,
                    unmeshed,
                    told.trust(),
                    told.domains(),
                    told.revocations(),
                    told.machines(),
                    told.analysis(),
                    files,
                    sidecars);
        }
    }

    /** The control plane's answers, all over one connection. */
    private record ControlPlaneReplies(
            Reply<ShowTrustResponse> trust,
            Reply<List<TrustDomainInfo>> domains,
            Reply<ListRevocationsResponse> revocations,
            Reply<ListMachinesResponse> machines,
            Reply<List<Finding>> analysis) {}

    private static ControlPlaneReplies askControlPlane(
            Operator operator, boolean hasFiles, Clock clock, Duration limit) {
        Reply<ShowTrustResponse> trust = ask(clock, () -> operator.trust(limit));
        if (trust.answer().isEmpty()) {
            return new ControlPlaneReplies(trust, silence(trust), silence(trust), silence(trust), silence(trust));
        }
        return new ControlPlaneReplies(
                trust,
                ask(clock, () -> operator.trustDomains(limit)),
                ask(clock, () -> operator.revocations(limit)),
                ask(clock, () -> operator.machines(limit)),
                hasFiles
                        ? Reply.answer(CONTROL_PLANE, List.of(), trust.asked(), Duration.ZERO)
                        : ask(clock, () -> findings(operator, limit)));
    }

    private static <T> Reply<T> silence(Reply<?> like) {
        return Reply.silence(CONTROL_PLANE, like.silence(), like.asked(), like.took());
    }

    private static List<Finding> findings(Operator operator, Duration limit) {
        return operator.ask(
                QuestionOperatorGrpc::newBlockingStub,
                limit,
                it -> MeshQuestions.OfControlPlane.findings(it.analyze(AnalyzeRequest.getDefaultInstance())));
    }

    private static <T> Reply<T> ask(Clock clock, Supplier<T> question) {
        Instant asked = clock.instant();
        try {
            T answer = question.get();
            return Reply.answer(CONTROL_PLANE, answer, asked, Duration.between(asked, clock.instant()));
        } catch (CommandFailure e) {
            return Reply.silence(CONTROL_PLANE, e.what(), asked, Duration.between(asked, clock.instant()));
        }
    }

    private static Reply<SidecarStatus> reply(Answer<TimedStatus> answer, Instant asked, Duration limit) {
        String workload = answer.member().workload();
        return answer.answer()
                .map(timed -> Reply.answer(workload, timed.status(), timed.asked(), timed.took()))
                .orElseGet(() -> Reply.silence(workload, answer.error(), asked, limit));
    }
}
