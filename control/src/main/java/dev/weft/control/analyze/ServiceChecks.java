package dev.weft.control.analyze;

import dev.weft.control.analyze.PolicyChecks.Problem;
import dev.weft.daemon.text.Guess;
import dev.weft.daemon.text.ShortList;
import dev.weft.mesh.model.PortScope;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Judges each Service against the workloads of the mesh. */
record ServiceChecks(Snapshot objects) {

    static final String NO_ENDPOINT = "WEFT-P012";
    static final String NOT_REACHED = "WEFT-P014";
    static final String NO_SUCH_PORT = "WEFT-P022";

    List<Problem> problems(Service service) {
        Collection<Workload> selected = objects.selectedBy(service);
        if (selected.isEmpty()) {
            return List.of(nothingSelected(service));
        }
        List<Problem> problems = new ArrayList<>();
        for (Service.Port offered : service.ports()) {
            if (offered.targetPort() instanceof Service.TargetPort.Named(String name)) {
                named(offered, name, selected, problems);
            }
            selected.forEach(workload -> undeclared(offered, workload, problems));
        }
        return problems;
    }

    private Problem nothingSelected(Service service) {
        return new Problem(
                NO_ENDPOINT,
                service.selector().isEmpty()
                        ? "it has no selector, so it leads to no workload"
                        : "no workload of namespace " + service.name().namespace() + " has the labels "
                                + PolicyChecks.labels(service.selector()),
                PolicyChecks.nearLabels(service.name().namespace(), service.selector(), objects));
    }

    /** Reports a port whose target no selected workload has: every call to it finds no endpoint. */
    private static void named(
            Service.Port offered, String name, Collection<Workload> selected, List<Problem> problems) {
        if (selected.stream().anyMatch(workload -> workload.portNamed(name).isPresent())) {
            return;
        }
        List<String> names = selected.stream()
                .flatMap(workload -> workload.ports().stream())
                .flatMap(port -> Stream.ofNullable(port.name()))
                .distinct()
                .sorted()
                .toList();
        List<String> near = Guess.near(name, names);
        problems.add(new Problem(
                NO_SUCH_PORT,
                "port " + offered.port() + " leads to the port " + name + ", and no workload that it selects has a port"
                        + " of that name: every call finds no endpoint",
                near.isEmpty()
                        ? names.isEmpty()
                                ? "name a port of the workloads, or write targetPort as a number"
                                : "they have " + ShortList.of(names)
                        : Guess.question(near)));
    }

    /**
     * Reports a declared-ports-only workload behind a Service whose port it does not declare: its sidecar would refuse
     * each call (WEFT-D023).
     */
    private static void undeclared(Service.Port offered, Workload workload, List<Problem> problems) {
        OptionalInt target = offered.targetPort().on(workload);
        if (target.isEmpty() || !workload.meshed() || workload.portScope() == PortScope.ALL) {
            return;
        }
        int port = target.getAsInt();
        if (workload.ports().stream().noneMatch(declared -> declared.port() == port)) {
            problems.add(new Problem(
                    NOT_REACHED,
                    "port " + offered.port() + " leads to port " + port + " of " + workload.name()
                            + ", which does not declare it: every call is refused there (WEFT-D023)",
                    "add {port: " + port + "} to ports of Workload " + workload.name()
                            + ", or set its reachablePorts: all"));
        }
    }
}
