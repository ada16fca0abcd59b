package dev.weft.policy.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A kind of request: one entry of {@code to} in a policy. A request must meet everything that the entry requires. */
public sealed interface RequestMatch {

    /** The most methods of one entry. */
    int MAX_METHODS = 32;

    /** The most hosts of one entry. */
    int MAX_HOSTS = 64;

    /** The most paths of one entry. */
    int MAX_PATHS = 1024;

    /** The most header fields of one entry. */
    int MAX_HEADERS = 16;

    /** Counts the combinations of path, method and host that the entry stands for. An index holds each of them. */
    int combinations();

    /**
     * A kind of HTTP request.
     *
     * @param methods one of them must match; empty means any method
     * @param hosts one of them must match; empty means any host
     * @param paths one of them must match; empty means any path
     * @param headers all of them must match
     */
    record Http(Set<String> methods, List<HostPattern> hosts, List<PathPattern> paths, List<HeaderMatch> headers)
            implements RequestMatch {

        private static final Pattern METHOD = Pattern.compile("[A-Z][-A-Z0-9_]{0,31}");

        /** @throws IllegalArgumentException if a method is malformed, or a list has too many entries */
        public Http {
            methods.forEach(method -> Requirement.check("method", method, unmetMethod(method)));
            limited("methods", methods.size(), MAX_METHODS);
            limited("hosts", hosts.size(), MAX_HOSTS);
            limited("paths", paths.size(), MAX_PATHS);
            limited("headers", headers.size(), MAX_HEADERS);
            methods = Collections.unmodifiableSet(new TreeSet<>(methods));
            hosts = List.copyOf(hosts);
            paths = List.copyOf(paths);
            headers = List.copyOf(headers);
        }

        /** Returns what a valid method looks like; null if this method is valid. */
        public static @Nullable String unmetMethod(String method) {
            return METHOD.matcher(method).matches() ? null : "a method in upper case, such as GET";
        }

        @Override
        public int combinations() {
            return atLeastOne(methods.size()) * atLeastOne(hosts.size()) * atLeastOne(paths.size());
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("http");
            append(text, " ", methods);
            append(text, " of host ", hosts);
            append(text, " of path ", paths);
            append(text, " with header ", headers);
            return text.toString();
        }

        private static void append(StringBuilder text, String before, Collection<?> any) {
            if (!any.isEmpty()) {
                text.append(any.stream().map(Object::toString).collect(Collectors.joining(", ", before, "")));
            }
        }
    }

    /**
     * A kind of gRPC call.
     *
     * @param service the service's full name, such as shop.v1.Orders
     * @param methods one of them must match; empty means any method of the service
     */
    record Grpc(String service, Set<String> methods) implements RequestMatch {

        private static final int MAX_NAME = 255;
        private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
        private static final Pattern SERVICE = Pattern.compile(NAME + "(\\." + NAME + ")*");

        /** @throws IllegalArgumentException if a name is malformed, or there are too many methods */
        public Grpc {
            Requirement.check("service", service, unmetService(service));
            methods.forEach(method -> Requirement.check("method", method, unmetMethod(method)));
            limited("methods", methods.size(), MAX_METHODS);
            methods = Collections.unmodifiableSet(new TreeSet<>(methods));
        }

        /** Returns what a valid service name looks like; null if this name is valid. */
        public static @Nullable String unmetService(String service) {
            return service.length() <= MAX_NAME && SERVICE.matcher(service).matches()
                    ? null
                    : "a gRPC service's full name, such as shop.v1.Orders";
        }

        /** Returns what a valid method name looks like; null if this name is valid. */
        public static @Nullable String unmetMethod(String method) {
            return method.length() <= MAX_NAME && NAME.matcher(method).matches()
                    ? null
                    : "a gRPC method's name, such as Get";
        }

        @Override
        public int combinations() {
            return atLeastOne(methods.size());
        }

        @Override
        public String toString() {
            return "grpc " + service + (methods.isEmpty() ? "" : "/" + String.join(", ", methods));
        }
    }

    private static int atLeastOne(int count) {
        return Math.max(1, count);
    }

    private static void limited(String what, int count, int most) {
        if (count > most) {
            throw new IllegalArgumentException(what + ": " + count + " (expected: at most " + most + ")");
        }
    }
}
