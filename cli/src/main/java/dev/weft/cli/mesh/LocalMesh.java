package dev.weft.cli.mesh;

import dev.weft.cli.mesh.Sidecars.Answer;
import dev.weft.cli.mesh.Sidecars.TimedStatus;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.inspect.SidecarAdmin;
import dev.weft.local.state.KeptAnchors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A mesh on this machine. */
public record LocalMesh(MeshHandle handle) implements Mesh {

    @Override
    public MeshRef ref() {
        return MeshRef.local(handle.name());
    }

    @Override
    public String trustDomain() {
        return handle.record().trustDomain();
    }

    @Override
    public boolean alive() {
        return handle.alive();
    }

    @Override
    public Operator operator() {
        return Operator.of(ref(), handle.state().control());
    }

    @Override
    public List<Member> members() throws IOException {
        return handle.ps().workloads().stream().map(Member::of).toList();
    }

    @Override
    public List<Answer<TimedStatus>> statuses(List<Member> members, Clock clock, Duration limit) {
        return new Sidecars(this, limit).statuses(members, clock);
    }

    @Override
    public SidecarAdmin sidecar(Member member, Duration limit) {
        return new SidecarAdmin(
                member.workload(),
                handle.state().workload(member.namespace(), member.name()).adminSocket(),
                limit);
    }

    @Override
    public List<String> registryErrors() throws IOException {
        return handle.ps().registryErrors();
    }

    @Override
    public Optional<NotInForce> withoutControlPlane() {
        try {
            if (handle.ps().controlPlane().isEmpty()) {
                return Optional.of(NotInForce.NOTHING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path state = handle.state().control();
        return Files.exists(state) ? Optional.empty() : Optional.of(NotInForce.stateGone(state));
    }

    @Override
    public Optional<Path> objects() {
        return Optional.of(Path.of(handle.record().file()));
    }

    @Override
    public KeptAnchors keptAnchors() {
        return new KeptAnchors(handle.state());
    }
}
