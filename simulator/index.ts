// The door of the simulator: start it, and the faults it can be asked for.
export { type Faults, faultHelp, parseFaults, type Share } from './faults.ts';
export { type Simulator, type SimulatorOptions, type SimulatorStats, startSimulator } from './server.ts';
