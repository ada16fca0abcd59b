package dev.weft.proxy.observe;

import dev.weft.api.v1.Operation;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import dev.weft.proxy.http.RequestRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * What the requests of one edge and one protocol were for, each kind once: the method and the path's first segment, or
 * the gRPC service and method. Callers choose these texts, so only few and short ones are kept. Immutable.
 */
final class SeenOperations {
    /** Most operations that are kept. */
    static final int MAX_OPERATIONS = 32;
    /** Most methods that are kept where paths are left out. */
    static final int MAX_METHODS = 16;
    /** Most characters of a path. */
    static final int MAX_PATH = 200;

    static final SeenOperations NONE = new SeenOperations(new Seen[0], true, false);

    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int GRPC_UNIMPLEMENTED = 12;

    private final Seen[] seen;
    private final boolean withPaths;
    private final boolean leftOut;

    private record Seen(String method, String path) {
        boolean covers(String otherMethod, String otherPath) {
            return method.equals(otherMethod) && (path.isEmpty() || isBelow(otherPath));
        }

        private boolean isBelow(String otherPath) {
            int length = path.length();
            return otherPath.startsWith(path)
                    && (otherPath.length() == length || length > 1 && otherPath.charAt(length) == '/');
        }
    }

    private SeenOperations(Seen[] seen, boolean withPaths, boolean leftOut) {
        this.seen = seen;
        this.withPaths = withPaths;
        this.leftOut = leftOut;
    }

    /** Returns these operations and that of a request, unless the application says that it has no such operation. */
    SeenOperations with(RequestRecord request) {
        if (leftOut || !isKnownToApplication(request)) {
            return this;
        }
        boolean grpc = request.grpcStatus() != RequestRecord.NO_GRPC_STATUS;
        String method = grpc ? "" : request.method();
        for (Seen each : seen) {
            if (grpc ? each.path.equals(request.path()) : each.covers(method, request.path())) {
                return this;
            }
        }
        return grpc ? withCall(request.path()) : withRequest(method, request.path());
    }

    private static boolean isKnownToApplication(RequestRecord request) {
        return switch (request.status()) {
            case 0, NOT_FOUND, METHOD_NOT_ALLOWED, NOT_IMPLEMENTED -> false;
            default -> request.grpcStatus() != GRPC_UNIMPLEMENTED;
        };
    }

    private SeenOperations withCall(String path) {
        int slash = path.indexOf('/', 1);
        boolean sound = path.length() <= MAX_PATH
                && path.startsWith("/")
                && slash > 0
                && RequestMatch.Grpc.unmetService(path.substring(1, slash)) == null
                && RequestMatch.Grpc.unmetMethod(path.substring(slash + 1)) == null;
        return sound && seen.length < MAX_OPERATIONS ? and(new Seen("", path)) : cut();
    }

    private SeenOperations withRequest(String method, String path) {
        if (RequestMatch.Http.unmetMethod(method) != null) {
            return cut();
        }
        if (!withPaths) {
            return withMethod(method);
        }
        int slash = path.indexOf('/', 1);
        String first = slash < 0 ? path : path.substring(0, slash);
        return seen.length < MAX_OPERATIONS && slash != 1 && isPlain(first)
                ? and(new Seen(method, first))
                : withoutPaths().withMethod(method);
    }

    private SeenOperations withMethod(String method) {
        if (leftOut) {
            return this;
        }
        for (Seen each : seen) {
            if (each.method.equals(method)) {
                return this;
            }
        }
        return seen.length < MAX_METHODS ? and(new Seen(method, "")) : cut();
    }

    /** Whether policy can name a first segment, and it is a name rather than arbitrary data. */
    private static boolean isPlain(String first) {
        return first.length() <= MAX_PATH
                && first.chars().skip(1).allMatch(SeenOperations::isPlain)
                && PathPattern.Prefix.unmet(first) == null;
    }

    private static boolean isPlain(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~:@+,=".indexOf(c) >= 0;
    }

    private SeenOperations withoutPaths() {
        SeenOperations methods = new SeenOperations(new Seen[0], false, false);
        for (Seen each : seen) {
            methods = methods.withMethod(each.method);
        }
        return methods;
    }

    private SeenOperations and(Seen more) {
        Seen[] all = new Seen[seen.length + 1];
        System.arraycopy(seen, 0, all, 0, seen.length);
        all[seen.length] = more;
        return new SeenOperations(all, withPaths, false);
    }

    private SeenOperations cut() {
        return new SeenOperations(seen, withPaths, true);
    }

    /** Whether operations are missing, because there were too many or because policy cannot name them. */
    boolean leftOut() {
        return leftOut;
    }

    List<Operation> proto() {
        List<Operation> operations = new ArrayList<>(seen.length);
        for (Seen each : seen) {
            operations.add(Operation.newBuilder()
                    .setMethod(each.method)
                    .setPath(each.path)
                    .build());
        }
        return operations;
    }
}
