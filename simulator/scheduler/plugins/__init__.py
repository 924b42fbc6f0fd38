"""The plugins of the scheduler, one module each; `simulator.scheduler.registry` names them all."""
