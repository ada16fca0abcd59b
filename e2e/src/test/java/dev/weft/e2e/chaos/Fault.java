package dev.weft.e2e.chaos;

import java.util.Optional;

/** What goes wrong, or is changed, while the mesh is under load. */
enum Fault {
    CONTROL_PLANE_KILLED(false, kill(Field::controlPlane)),
    CONTROL_PLANE_FROZEN(false, freeze(Field::controlPlane)),
    SERVERS_SIDECAR_KILLED(true, kill(field -> field.sidecar(Field.SERVER))),
    CALLERS_SIDECAR_KILLED(true, kill(field -> field.sidecar(Field.CALLER))),
    SERVERS_SIDECAR_FROZEN(true, freeze(field -> field.sidecar(Field.SERVER))),
    SERVER_KILLED(true, kill(field -> field.application(Field.SERVER))),
    SERVER_CUT_OFF_FROM_CONTROL_PLANE(false, lose(Field.SERVER, Field.ALL)),
    CALLER_LOSES_PACKETS_TO_CONTROL_PLANE(false, lose(Field.CALLER, Field.MANY)),
    /** What the sidecars and the control plane tell each other comes late. */
    CONTROL_PLANE_FAR_AWAY(false, new Damage() {
        @Override
        public void strike(Field field, double severity) throws Exception {
            field.distance().begin(field.controlPlane(), severity);
        }

        @Override
        public void heal(Field field) throws Exception {
            field.distance().end(field.controlPlane());
        }
    }),
    CONTROL_PLANES_CLOCK_AHEAD(false, stepClock(1)),
    CONTROL_PLANES_CLOCK_BEHIND(false, stepClock(-1)),
    /** A policy denies the guest, and no one else. */
    GUEST_DENIED(false, new Damage() {
        @Override
        public void strike(Field field, double severity) throws Exception {
            field.denyGuest();
            field.guestIsOut();
        }

        @Override
        public void heal(Field field) throws Exception {
            field.guestStayedOut();
            field.admitGuest();
        }
    }),
    /** The guest's identity is revoked, and no one else's. */
    GUEST_REVOKED(false, new Damage() {
        @Override
        public void strike(Field field, double severity) throws Exception {
            field.revokeGuest();
            field.guestIsOut();
        }

        @Override
        public void heal(Field field) throws Exception {
            field.guestStayedOut();
            field.restoreGuest();
        }
    }),
    TRUST_ROTATED(false, (field, _) -> field.rotateTrust()),
    DISK_FULL(false, new Damage() {
        @Override
        public void strike(Field field, double severity) throws Exception {
            field.disk().fill();
        }

        @Override
        public void heal(Field field) throws Exception {
            field.disk().free();
        }
    }),
    DISK_SLOW(false, new Damage() {
        @Override
        public Optional<String> missing(Field field) {
            return field.disk().cannotBeSlow();
        }

        @Override
        public void strike(Field field, double severity) throws Exception {
            field.disk().slowDown(severity);
        }

        @Override
        public void heal(Field field) throws Exception {
            field.disk().speedUp();
        }
    });

    /** What a fault does to a field. */
    @FunctionalInterface
    private interface Damage {
        /** Begins it; the severity is from 0 to 1. */
        void strike(Field field, double severity) throws Exception;

        /** Ends what does not end by itself. */
        default void heal(Field field) throws Exception {}

        /** What this machine lacks for it; empty if nothing. */
        default Optional<String> missing(Field field) {
            return Optional.empty();
        }
    }

    /** Finds a process of the mesh. */
    @FunctionalInterface
    private interface Victim {
        long in(Field field) throws Exception;
    }

    private final boolean hitsCalls;

    @SuppressWarnings("ImmutableEnumChecker") // none has a field that changes
    private final Damage damage;

    Fault(boolean hitsCalls, Damage damage) {
        this.hitsCalls = hitsCalls;
        this.damage = damage;
    }

    /** Whether calls from the caller to the server may fail meanwhile: a process on their way is hit. */
    boolean hitsCalls() {
        return hitsCalls;
    }

    /** What this machine lacks for it; empty if nothing. */
    Optional<String> missing(Field field) {
        return damage.missing(field);
    }

    /** Begins it; the severity is from 0 to 1. */
    void strike(Field field, double severity) throws Exception {
        damage.strike(field, severity);
    }

    /** Ends what does not end by itself. */
    void heal(Field field) throws Exception {
        damage.heal(field);
    }

    private static Damage kill(Victim victim) {
        return (field, _) -> field.signal("KILL", victim.in(field));
    }

    private static Damage freeze(Victim victim) {
        return new Damage() {
            @Override
            public void strike(Field field, double severity) throws Exception {
                field.freeze(victim.in(field));
            }

            @Override
            public void heal(Field field) throws Exception {
                field.thaw();
            }
        };
    }

    private static Damage lose(String workload, String which) {
        return new Damage() {
            @Override
            public void strike(Field field, double severity) throws Exception {
                field.loseToControlPlane(workload, which);
            }

            @Override
            public void heal(Field field) throws Exception {
                field.loseNothing(workload);
            }
        };
    }

    private static Damage stepClock(int direction) {
        return new Damage() {
            @Override
            public Optional<String> missing(Field field) {
                return field.clock().cannotStep();
            }

            @Override
            public void strike(Field field, double severity) throws Exception {
                field.clock().step(direction, severity);
                field.clockIsWrong();
            }

            @Override
            public void heal(Field field) throws Exception {
                field.clock().setRight();
                field.clockIsRight();
            }
        };
    }
}
