package dev.weft.control.peering;

import com.google.protobuf.MessageLite;
import dev.weft.api.v1.ExportedService;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.api.v1.PeeringUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Splits the step from one version of {@link Exports} to the next into messages, and assembles versions from such
 * messages.
 */
final class ExportSteps {

    /** A message of a step is complete once it has this size, in bytes. */
    static final int MESSAGE_BYTES = 256 * 1024;

    /** Largest workload or Service, in bytes. */
    static final int MAX_ITEM = 16 * 1024;

    /**
     * Largest message that is read, in bytes: a nearly full one plus the largest item, with room for later versions.
     */
    static final int MAX_MESSAGE = 1024 * 1024;

    /** Most workloads of one trust domain. */
    static final int MAX_WORKLOADS = 20_000;

    /** Most Services of one trust domain. */
    static final int MAX_SERVICES = 5_000;

    /** Most bytes of all workloads and Services: a control plane holds them several times over. */
    static final int MAX_BYTES = 8 * 1024 * 1024;

    /** Most bytes of one step, including {@link #MESSAGE_COST}: enough to replace everything by as much. */
    private static final int MAX_STEP_BYTES = 3 * MAX_BYTES;

    /** What a message costs besides its content, in bytes. */
    private static final int MESSAGE_COST = 1024;

    private ExportSteps() {}

    /** A peer's messages cannot be assembled. */
    static final class InvalidStepException extends Exception {
        InvalidStepException(String message) {
            super(message);
        }
    }

    /**
     * Returns the messages that lead from one version to the other; the last one carries the version.
     *
     * @param full whether the other side must first discard what it holds
     */
    static List<PeeringUpdate> between(Exports from, Exports to, boolean full) {
        List<PeeringUpdate> messages = new ArrayList<>();
        StepWriter cut = new StepWriter(messages, full);
        changed(from.workloads(), to.workloads())
                .forEach(item -> cut.add(item.getSerializedSize(), open -> open.addWorkloads(item)));
        changed(from.services(), to.services())
                .forEach(item -> cut.add(item.getSerializedSize(), open -> open.addServices(item)));
        gone(from.workloads(), to.workloads())
                .forEach(name -> cut.add(name.length(), open -> open.addRemovedWorkloads(name)));
        gone(from.services(), to.services())
                .forEach(name -> cut.add(name.length(), open -> open.addRemovedServices(name)));
        cut.end(to.version());
        return messages;
    }

    private static <T> List<T> changed(Map<String, T> from, Map<String, T> to) {
        return to.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(from.get(entry.getKey())))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static <T> List<String> gone(Map<String, T> from, Map<String, T> to) {
        return from.keySet().stream().filter(name -> !to.containsKey(name)).toList();
    }

    /** Collects items into messages of a limited size. */
    private static final class StepWriter {
        private final List<PeeringUpdate> messages;
        private PeeringUpdate.Builder open;
        private int bytes;

        StepWriter(List<PeeringUpdate> messages, boolean full) {
            this.messages = messages;
            this.open = PeeringUpdate.newBuilder().setAnew(full);
        }

        /** @param item adds the item, of about this size, to the message */
        void add(int size, Consumer<PeeringUpdate.Builder> item) {
            item.accept(open);
            bytes += size;
            if (bytes >= MESSAGE_BYTES) {
                messages.add(open.build());
                open = PeeringUpdate.newBuilder();
                bytes = 0;
            }
        }

        void end(String version) {
            messages.add(open.setVersion(version).build());
        }
    }

    /** Assembles versions from messages. For one thread. */
    static final class StepReader {
        private Exports held;
        private final NavigableMap<String, ExportedWorkload> workloads;
        private final NavigableMap<String, ExportedService> services;
        /** Size of all workloads and Services, in bytes. */
        private long bytes;
        /** Size of the messages of this step, in bytes. */
        private long spent;

        StepReader(Exports held) {
            this.held = held;
            this.workloads = new TreeMap<>(held.workloads());
            this.services = new TreeMap<>(held.services());
            workloads.values().forEach(item -> bytes += item.getSerializedSize());
            services.values().forEach(item -> bytes += item.getSerializedSize());
        }

        /**
         * Takes a message.
         *
         * @return whether a step is complete, and {@link #held} therefore changed
         * @throws InvalidStepException if it exceeds a limit, or the content does not match its version
         */
        boolean take(PeeringUpdate update) throws InvalidStepException {
            spent += MESSAGE_COST + update.getSerializedSize();
            refuseMore("octets in one step", spent, MAX_STEP_BYTES);
            apply(update);
            refuseMore("workloads", workloads.size(), MAX_WORKLOADS);
            refuseMore("Services", services.size(), MAX_SERVICES);
            refuseMore("octets of workloads and Services", bytes, MAX_BYTES);
            if (update.getVersion().isEmpty()) {
                return false;
            }
            spent = 0;
            Exports next = Exports.of(workloads, services);
            if (!next.version().equals(update.getVersion())) {
                throw new InvalidStepException("version %s was announced, but the content has version %s"
                        .formatted(printable(update.getVersion()), next.version()));
            }
            held = next;
            return true;
        }

        private void apply(PeeringUpdate update) throws InvalidStepException {
            if (update.getAnew()) {
                workloads.clear();
                services.clear();
                bytes = 0;
            }
            update.getRemovedWorkloadsList().forEach(name -> replaced(workloads.remove(name)));
            update.getRemovedServicesList().forEach(name -> replaced(services.remove(name)));
            for (ExportedWorkload workload : update.getWorkloadsList()) {
                added(workload);
                replaced(workloads.put(workload.getNamespace() + "/" + workload.getName(), workload));
            }
            for (ExportedService service : update.getServicesList()) {
                added(service);
                replaced(services.put(service.getNamespace() + "/" + service.getName(), service));
            }
        }

        private void added(MessageLite item) throws InvalidStepException {
            refuseMore("octets of one workload or Service", item.getSerializedSize(), MAX_ITEM);
            bytes += item.getSerializedSize();
        }

        private void replaced(@Nullable MessageLite item) {
            if (item != null) {
                bytes -= item.getSerializedSize();
            }
        }

        /** Returns the last complete version. */
        Exports held() {
            return held;
        }

        private static void refuseMore(String what, long number, int most) throws InvalidStepException {
            if (number > most) {
                throw new InvalidStepException("%d %s (expected: at most %d)".formatted(number, what, most));
            }
        }

        private static String printable(String version) {
            return version.length() <= 64 && version.chars().allMatch(c -> Character.digit(c, 16) >= 0)
                    ? version
                    : "of no known form";
        }
    }
}
